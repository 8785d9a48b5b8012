using KafkaActors.Broker.Coordinators;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Groups;

/// <summary>Answered by a list of the groups, as ListGroups has them, of every group that is loaded.</summary>
internal sealed record ListGroupsRound(Action<IResponseMessage> Reply) : CoordinatorRound(Reply)
{
    private static readonly ListGroupsRequest Request = new();

    public override CoordinatorCall CallTo(string key, Action<IResponseMessage> reply) =>
        new GroupCall(key, Request, 0, default, reply);

    public override IResponseMessage Join(IReadOnlyList<IResponseMessage> parts)
    {
        var lists = parts.Cast<ListGroupsResponse>();
        return new ListGroupsResponse
        {
            ErrorCode = lists.Select(part => part.ErrorCode).FirstOrDefault(error => error != ErrorCode.None),
            Groups = [.. lists.SelectMany(part => part.Groups)],
        };
    }

    public override void Refuse(ErrorCode error, string? why = null) =>
        Reply(new ListGroupsResponse { ErrorCode = error });
}
