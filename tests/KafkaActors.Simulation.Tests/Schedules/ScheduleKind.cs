namespace KafkaActors.Simulation.Tests.Schedules;

/// <summary>What a schedule is about.</summary>
internal enum ScheduleKind
{
    /// <summary>Voters and controllers, with entries that mean nothing; any voter's disk may be lost.</summary>
    MetadataLog,

    /// <summary>The same, with brokers, replicas, producers and readers on top.</summary>
    Partitions,
}
