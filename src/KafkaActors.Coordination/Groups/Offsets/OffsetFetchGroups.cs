using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Offsets;

/// <summary>
/// OffsetFetch reads one group up to v7 and several from v8 (KIP-709). Groups answer in the later shape only; here it
/// is made of the earlier one and put back into it.
/// </summary>
public static class OffsetFetchGroups
{
    private const short FirstBatched = 8;

    /// <summary>What is asked of each group.</summary>
    public static IReadOnlyList<OffsetFetchRequest.OffsetFetchGroup> Of(OffsetFetchRequest request, short version) =>
        version >= FirstBatched ? request.Groups : [new() { GroupId = request.GroupId, Topics = request.Topics }];

    /// <summary>The response that tells what the groups answered, in the order they were asked.</summary>
    public static OffsetFetchResponse Response(
        IReadOnlyList<OffsetFetchResponse.OffsetFetchGroup> groups, short version) => version >= FirstBatched
        ? new() { Groups = groups }
        : new() { Topics = groups[0].Topics, ErrorCode = groups[0].ErrorCode };

    /// <summary>The answer for a group that cannot be read now. v1 tells the error in each partition only.</summary>
    public static OffsetFetchResponse.OffsetFetchGroup Refuse(
        OffsetFetchRequest.OffsetFetchGroup request, short version, ErrorCode error) => new()
        {
            GroupId = request.GroupId,
            ErrorCode = error,
            Topics = version >= 2 ? [] : [.. (request.Topics ?? []).Select(topic => Refuse(topic, error))],
        };

    private static OffsetFetchResponse.OffsetFetchTopic Refuse(
        OffsetFetchRequest.OffsetFetchTopic topic, ErrorCode error) => new()
        {
            Name = topic.Name,
            Partitions =
            [
                .. topic.PartitionIndexes.Select(partition => new OffsetFetchResponse.OffsetFetchPartition
                {
                    PartitionIndex = partition,
                    CommittedOffset = -1,
                    Metadata = "",
                    ErrorCode = error,
                }),
            ],
        };
}
