namespace KafkaActors.Simulation.Tests.Schedules;

/// <summary>What a schedule is about.</summary>
internal enum ScheduleKind
{
    /// <summary>Voters and controllers, with entries that mean nothing; any voter's disk may be lost.</summary>
    MetadataLog,

    /// <summary>The same, with brokers, replicas, producers and readers on top.</summary>
    Partitions,

    /// <summary>A host is gone for good, and controllers change faster than a session ends.</summary>
    HostLoss,

    /// <summary>All replicas die together, and one of them has lost data.</summary>
    ReplicaLoss,
}
