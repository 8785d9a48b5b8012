using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>DeleteGroups: each group decides for itself; one with members stays.</summary>
internal sealed class DeleteGroupsHandler(GroupGateway groups)
    : ApiHandler<DeleteGroupsRequest>(ApiKey.DeleteGroups)
{
    protected override void Handle(DeleteGroupsRequest request, RequestContext context)
    {
        (string, object)[] asked = [.. request.GroupsNames.Distinct().Select(group => (group, (object)request))];
        new GroupRound(groups, context, asked, all => context.Respond(new DeleteGroupsResponse
        {
            Results = [.. all.Cast<DeleteGroupsResponse>().SelectMany(part => part.Results)],
        })).Begin();
    }
}
