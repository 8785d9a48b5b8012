namespace KafkaActors.Coordination.Metadata;

/// <summary>What a client may ask to be done with a topic; the rows of <see cref="TopicOperations"/>.</summary>
public enum TopicOperation
{
    /// <summary>CreateTopics, and Metadata with auto-creation.</summary>
    Create,

    /// <summary>DeleteTopics.</summary>
    Delete,

    /// <summary>CreatePartitions.</summary>
    AddPartitions,

    /// <summary>AlterConfigs and IncrementalAlterConfigs.</summary>
    AlterConfigs,

    /// <summary>Produce.</summary>
    Produce,

    /// <summary>Fetch, ListOffsets, OffsetForLeaderEpoch, and commits of what was read.</summary>
    Consume,

    /// <summary>DeleteRecords.</summary>
    DeleteRecords,
}
