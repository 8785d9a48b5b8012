using KafkaActors.Broker.Groups;
using KafkaActors.Coordination.Groups.Offsets;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>OffsetFetch: the committed offsets of a group, or from version 8 on of several (KIP-709).</summary>
internal sealed class OffsetFetchHandler(GroupGateway groups) : ApiHandler<OffsetFetchRequest>(ApiKey.OffsetFetch)
{
    protected override void Handle(OffsetFetchRequest request, RequestContext context)
    {
        IReadOnlyList<OffsetFetchRequest.OffsetFetchGroup> asked = OffsetFetchGroups.Of(request, context.Version);
        var parts = new ResponseParts(asked.Count, all => context.Respond(OffsetFetchGroups.Response(
            [.. all.Cast<OffsetFetchResponse>().Select(part => part.Groups[0])], context.Version)));
        for (int i = 0; i < asked.Count; i++) groups.Ask(asked[i].GroupId, asked[i], context, parts.Part(i));
    }
}
