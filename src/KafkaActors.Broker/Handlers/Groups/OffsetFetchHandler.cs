using KafkaActors.Coordination.Groups.Offsets;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>OffsetFetch: the committed offsets of a group, or from version 8 on of several (KIP-709).</summary>
internal sealed class OffsetFetchHandler(GroupGateway groups) : ApiHandler<OffsetFetchRequest>(ApiKey.OffsetFetch)
{
    protected override void Handle(OffsetFetchRequest request, RequestContext context)
    {
        (string, object)[] asked = [.. OffsetFetchGroups.Of(request, context.Version).GroupBy(group => group.GroupId)
            .Select(group => (group.Key, (object)Folded([.. group])))];
        new GroupRound(groups, context, asked, all => context.Respond(OffsetFetchGroups.Response(
            [.. all.Cast<OffsetFetchResponse>().Select(part => part.Groups[0])], context.Version))).Begin();
    }

    // Each partition once: with its offset a client may have committed four thousand characters.
    private static OffsetFetchRequest.OffsetFetchGroup Folded(OffsetFetchRequest.OffsetFetchGroup[] asked) => new()
    {
        GroupId = asked[0].GroupId,
        MemberId = asked[0].MemberId,
        MemberEpoch = asked[0].MemberEpoch,
        Topics = asked.Any(group => group.Topics is null)
            ? null
            : [.. asked.SelectMany(group => group.Topics!).GroupBy(topic => topic.Name).Select(topic =>
                new OffsetFetchRequest.OffsetFetchTopic
                {
                    Name = topic.Key,
                    PartitionIndexes = [.. topic.SelectMany(one => one.PartitionIndexes).Distinct()],
                })],
    };
}
