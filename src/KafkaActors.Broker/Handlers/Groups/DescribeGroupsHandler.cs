using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>DescribeGroups: each group tells of itself.</summary>
internal sealed class DescribeGroupsHandler(GroupGateway groups)
    : ApiHandler<DescribeGroupsRequest>(ApiKey.DescribeGroups)
{
    protected override void Handle(DescribeGroupsRequest request, RequestContext context)
    {
        // Each once: an answer is as long as the group has members.
        (string, object)[] asked = [.. request.Groups.Distinct().Select(group => (group, (object)request))];
        new GroupRound(groups, context, asked, all => context.Respond(new DescribeGroupsResponse
        {
            Groups = [.. all.Cast<DescribeGroupsResponse>().SelectMany(part => part.Groups)
                .Select(group => Authorize(group, request.IncludeAuthorizedOperations))],
        })).Begin();
    }

    /// <summary>Who may not describe a group is told nothing of it, so the operations are told of what is.</summary>
    private static DescribeGroupsResponse.DescribedGroup Authorize(
        DescribeGroupsResponse.DescribedGroup group, bool isAsked)
    {
        if (group.ErrorCode == ErrorCode.None) group.AuthorizedOperations = AuthorizedOperations.OfGroup(isAsked);
        return group;
    }
}
