using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>ListGroups: the groups of the coordinator, when it is at this node.</summary>
internal sealed class ListGroupsHandler(GroupGateway groups) : ApiHandler<ListGroupsRequest>(ApiKey.ListGroups)
{
    protected override void Handle(ListGroupsRequest request, RequestContext context) => groups.List(answer =>
    {
        var response = (ListGroupsResponse)answer;
        response.Groups = [.. response.Groups.Where(group => GroupFilter.Matches(request, group))];
        context.Respond(response);
    });
}
