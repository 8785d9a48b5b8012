using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>Requests about groups that more than one fixture makes.</summary>
internal static class GroupCalls
{
    /// <summary>Commits offset 7 for each of the partitions, on behalf of no member.</summary>
    public static OffsetCommitRequest Commit(string group, string topic, IEnumerable<int> partitions) => new()
    {
        GroupId = group,
        GenerationIdOrMemberEpoch = -1,
        Topics =
        [
            new()
            {
                Name = topic,
                Partitions = [.. partitions.Select(partition => new OffsetCommitRequest.OffsetCommitPartition
                {
                    PartitionIndex = partition, CommittedOffset = 7,
                })],
            },
        ],
    };
}
