namespace KafkaActors.Broker.Downing;

/// <summary>What a node says of another one's process.</summary>
internal enum Standing : byte
{
    /// <summary>It cannot say: it is no member itself, or has not been one for long.</summary>
    Unknown = 0,

    /// <summary>It is a member, as far as this node sees.</summary>
    Member = 1,

    /// <summary>This node's cluster does not have that process, or has it no more.</summary>
    Gone = 2,
}
