using KafkaActors.Broker.Groups;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>DeleteGroups: each group decides for itself; one with members stays.</summary>
internal sealed class DeleteGroupsHandler(GroupGateway groups)
    : ApiHandler<DeleteGroupsRequest>(ApiKey.DeleteGroups)
{
    protected override void Handle(DeleteGroupsRequest request, RequestContext context)
    {
        string[] names = [.. request.GroupsNames.Distinct()];
        var parts = new ResponseParts(names.Length, all => context.Respond(new DeleteGroupsResponse
        {
            Results = [.. all.Cast<DeleteGroupsResponse>().SelectMany(part => part.Results)],
        }));
        for (int i = 0; i < names.Length; i++) groups.Ask(names[i], request, context, parts.Part(i));
    }
}
