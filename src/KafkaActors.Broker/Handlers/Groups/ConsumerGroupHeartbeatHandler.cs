using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>
/// ConsumerGroupHeartbeat: the group answers. One that cannot be read, like one with a regular expression longer than
/// any string of the protocol, is refused with its reason: its client would come again with the same for ever.
/// </summary>
internal sealed class ConsumerGroupHeartbeatHandler(GroupGateway groups)
    : ApiHandler<ConsumerGroupHeartbeatRequest>(ApiKey.ConsumerGroupHeartbeat), IApiHandler
{
    public IResponseMessage RefusalOf(ProtocolViolationException fault) =>
        ConsumerHeartbeat.Refused(ErrorCode.InvalidRequest, $"The request cannot be read: {fault.Message}.");

    protected override void Handle(ConsumerGroupHeartbeatRequest request, RequestContext context) =>
        groups.Ask(request.GroupId, request, context, context.Respond);
}
