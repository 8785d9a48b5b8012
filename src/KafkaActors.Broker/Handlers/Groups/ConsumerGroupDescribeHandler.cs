using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>ConsumerGroupDescribe: each group of the consumer protocol tells of itself (KIP-848).</summary>
internal sealed class ConsumerGroupDescribeHandler(GroupGateway groups)
    : ApiHandler<ConsumerGroupDescribeRequest>(ApiKey.ConsumerGroupDescribe)
{
    protected override void Handle(ConsumerGroupDescribeRequest request, RequestContext context)
    {
        // Each once: an answer is as long as the group has members.
        (string, object)[] asked = [.. request.GroupIds.Distinct().Select(group => (group, (object)request))];
        new GroupRound(groups, context, asked, all => context.Respond(new ConsumerGroupDescribeResponse
        {
            Groups = [.. all.Cast<ConsumerGroupDescribeResponse>().SelectMany(part => part.Groups)
                .Select(group => Authorize(group, request.IncludeAuthorizedOperations))],
        })).Begin();
    }

    /// <summary>Who may not describe a group is told nothing of it, so the operations are told of what is.</summary>
    private static ConsumerGroupDescribeResponse.DescribedGroup Authorize(
        ConsumerGroupDescribeResponse.DescribedGroup group, bool isAsked)
    {
        if (group.ErrorCode == ErrorCode.None) group.AuthorizedOperations = AuthorizedOperations.OfGroup(isAsked);
        return group;
    }
}
