using KafkaActors.Broker.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <param name="JournalStripes">Journals for each data directory, as in the configuration.</param>
/// <param name="RecoveryThreads">Logs opened at the same time, in all directories together.</param>
/// <param name="RetentionInterval"><c>log.retention.check.interval.ms</c></param>
/// <param name="CheckpointInterval"><c>replica.high.watermark.checkpoint.interval.ms</c></param>
/// <param name="Tick">How late an answer's deadline may be noticed.</param>
internal sealed record ReplicaManagerSettings(
    NodeId Node,
    int JournalStripes,
    int RecoveryThreads,
    TimeSpan RetentionInterval,
    TimeSpan CheckpointInterval,
    TimeSpan Tick)
{
    /// <summary>This start of the node: it leads only under the registration that it made itself.</summary>
    public required Guid Incarnation { get; init; }

    /// <summary>How logs are compacted; by default they are not.</summary>
    public CleanerSettings Cleaner { get; init; } = new();
}
