using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>
/// A request that is about one group and is the group's to answer: JoinGroup, Heartbeat and the like.
/// </summary>
internal sealed class GroupHandler<TRequest>(ApiKey key, GroupGateway groups, Func<TRequest, string> groupOf)
    : ApiHandler<TRequest>(key)
    where TRequest : IRequestMessage
{
    protected override void Handle(TRequest request, RequestContext context) =>
        groups.Ask(groupOf(request), request, context, context.Respond);
}
