using KafkaActors.Protocol;

namespace KafkaActors.Broker.Serving;

/// <summary>Where in a partition a reader wants to go on.</summary>
/// <param name="Offset">The first offset wanted.</param>
/// <param name="MaxBytes">For this partition; a first batch that is larger is sent all the same.</param>
internal sealed record FetchPosition(
    TopicIdPartition Partition, LeaderEpoch CurrentLeaderEpoch, long Offset, int MaxBytes);
