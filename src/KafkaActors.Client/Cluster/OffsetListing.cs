using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Cluster;

/// <summary>Kafka's request for offsets by time or by name, put together by topic. Pure.</summary>
internal static class OffsetListing
{
    /// <param name="asked">Of one leader, with milliseconds since the epoch or one of
    /// <see cref="OffsetQuery"/>.</param>
    public static ListOffsetsRequest Of(
        IEnumerable<(PartitionLeader Leader, long TimestampMs)> asked, IsolationLevel isolation, TimeSpan timeout) =>
        new()
        {
            ReplicaId = NodeId.None,
            IsolationLevel = (sbyte)isolation,
            Topics = [.. asked.GroupBy(one => one.Leader.Name.Topic).Select(topic =>
                new ListOffsetsRequest.ListOffsetsTopic
                {
                    Name = topic.Key,
                    Partitions = [.. topic.Select(one => new ListOffsetsRequest.ListOffsetsPartition
                    {
                        PartitionIndex = one.Leader.Name.Partition,
                        CurrentLeaderEpoch = one.Leader.Epoch,
                        Timestamp = one.TimestampMs,
                    })],
                })],
            TimeoutMs = (int)Math.Clamp(timeout.TotalMilliseconds, 0, int.MaxValue),
        };

    public static IEnumerable<(TopicPartition Name, ListOffsetsResponse.ListOffsetsPartitionResponse Row)> Rows(
        ListOffsetsResponse response) => response.Topics.SelectMany(topic =>
            topic.Partitions.Select(row => (new TopicPartition(topic.Name, row.PartitionIndex), row)));
}
