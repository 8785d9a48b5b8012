using KafkaActors.Client.Consuming;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Administration.Groups;

/// <summary>Requests about a group's offsets, partitions put together by topic. Pure.</summary>
internal static class GroupRequests
{
    /// <summary>As a commit from outside has it: no member, no generation.</summary>
    public static OffsetCommitRequest Commit(
        string groupId, IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets) => new()
    {
        GroupId = groupId,
        GenerationIdOrMemberEpoch = -1,
        MemberId = "",
        Topics = [.. offsets.GroupBy(entry => entry.Key.Topic).Select(topic =>
            new OffsetCommitRequest.OffsetCommitTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(entry => new OffsetCommitRequest.OffsetCommitPartition
                {
                    PartitionIndex = entry.Key.Partition,
                    CommittedOffset = entry.Value.Offset,
                    CommittedMetadata = entry.Value.Metadata,
                })],
            })],
    };

    public static OffsetDeleteRequest DeleteOffsets(string groupId, IEnumerable<TopicPartition> partitions) => new()
    {
        GroupId = groupId,
        Topics = [.. partitions.GroupBy(partition => partition.Topic).Select(topic =>
            new OffsetDeleteRequest.OffsetDeleteTopic
            {
                Name = topic.Key,
                Partitions = [.. topic.Select(partition => new OffsetDeleteRequest.OffsetDeletePartition
                {
                    PartitionIndex = partition.Partition,
                })],
            })],
    };
}
