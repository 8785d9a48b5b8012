using KafkaActors.Broker.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Groups;

/// <summary>A request to one group.</summary>
/// <param name="Request">The whole request, or the part of it that is about this group.</param>
internal sealed record GroupCall(
    string GroupId, object Request, short Version, GroupClient Client, Action<IResponseMessage> Reply)
    : CoordinatorCall(GroupId, Reply)
{
    public override void Refuse(ErrorCode error, string? why = null) =>
        Reply(GroupRefusals.Of(Request, Version, GroupId, error, why));

    public override void PassOver() => Reply(new ListGroupsResponse());
}
