using KafkaActors.Broker.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>ConsumerGroupDescribe: each group of the consumer protocol tells of itself (KIP-848).</summary>
internal sealed class ConsumerGroupDescribeHandler(GroupGateway groups)
    : ApiHandler<ConsumerGroupDescribeRequest>(ApiKey.ConsumerGroupDescribe)
{
    protected override void Handle(ConsumerGroupDescribeRequest request, RequestContext context)
    {
        var parts = new ResponseParts(request.GroupIds.Count, all => context.Respond(new ConsumerGroupDescribeResponse
        {
            Groups = [.. all.Cast<ConsumerGroupDescribeResponse>().SelectMany(part => part.Groups)
                .Select(group => Authorize(group, request.IncludeAuthorizedOperations))],
        }));
        for (int i = 0; i < request.GroupIds.Count; i++)
            groups.Ask(request.GroupIds[i], request, context, parts.Part(i));
    }

    /// <summary>Who may not describe a group is told nothing of it, so the operations are told of what is.</summary>
    private static ConsumerGroupDescribeResponse.DescribedGroup Authorize(
        ConsumerGroupDescribeResponse.DescribedGroup group, bool isAsked)
    {
        if (group.ErrorCode == ErrorCode.None) group.AuthorizedOperations = AuthorizedOperations.OfGroup(isAsked);
        return group;
    }
}
