using KafkaActors.Protocol;

namespace KafkaActors.Cli.Groups;

/// <summary>What a reset is decided on.</summary>
/// <param name="Committed">Null where nothing is.</param>
/// <param name="AtTime">The first offset at or after the time asked for; null when there is none, or no time.</param>
internal sealed record PartitionStanding(
    TopicPartition Partition, long? Committed, long Earliest, long Latest, long? AtTime = null);
