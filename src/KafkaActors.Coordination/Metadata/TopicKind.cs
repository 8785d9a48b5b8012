namespace KafkaActors.Coordination.Metadata;

/// <summary>What a topic is to the node; see <see cref="TopicOperations"/> for what that forbids.</summary>
public enum TopicKind
{
    Ordinary,

    /// <summary>Its cleanup policy is <c>compact</c> without <c>delete</c>: each key's last record stays.</summary>
    CompactOnly,

    /// <summary>The node keeps its own state in it.</summary>
    Internal,

    /// <summary>No topic may have the name; see <see cref="TopicName.IsReserved"/>.</summary>
    Reserved,
}
