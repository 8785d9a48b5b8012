using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>Where the coordinator over an internal topic is, and under which epoch it writes to that topic.</summary>
public readonly record struct CoordinatorImage(NodeId Node, CoordinatorEpoch Epoch)
{
    /// <summary>None has started yet; the first one's epoch is 1.</summary>
    public static CoordinatorImage None { get; } = new(NodeId.None, default);
}
