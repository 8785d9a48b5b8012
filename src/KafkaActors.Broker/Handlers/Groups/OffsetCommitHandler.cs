using KafkaActors.Broker.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>OffsetCommit: the group is asked about the topics that exist; the others are refused here.</summary>
internal sealed class OffsetCommitHandler(NodeServices services, GroupGateway groups)
    : ApiHandler<OffsetCommitRequest>(ApiKey.OffsetCommit)
{
    protected override void Handle(OffsetCommitRequest request, RequestContext context)
    {
        MetadataImage image = services.Image;
        OffsetCommitRequest.OffsetCommitTopic[] unknown =
            [.. request.Topics.Where(topic => image.Topic(topic.Name) is null)];
        if (unknown.Length == 0)
        {
            groups.Ask(request.GroupId, request, context, context.Respond);
            return;
        }

        request.Topics = [.. request.Topics.Except(unknown)];
        groups.Ask(request.GroupId, request, context, answer =>
        {
            var response = (OffsetCommitResponse)answer;
            response.Topics = [.. response.Topics, .. unknown.Select(topic =>
                GroupRefusals.Commit(topic, ErrorCode.UnknownTopicOrPartition))];
            context.Respond(response);
        });
    }
}
