using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Fetch, for consumers: ranges of logs that this node leads, below the high watermark, at once or when there are
/// enough bytes or the wait is over.
/// </summary>
internal sealed class FetchHandler(NodeServices services, FetchLimits limits)
    : ApiHandler<FetchRequest>(ApiKey.Fetch)
{
    /// <summary>From it on topics are named by their ids alone (KIP-516).</summary>
    private const short FirstWithTopicIds = 13;

    protected override void Handle(FetchRequest request, RequestContext context)
    {
        if (request.ReplicaId != NodeId.None || request.ReplicaState is not null)
        {
            // Only followers name themselves, and this is a client's door.
            context.Respond(new FetchResponse { ErrorCode = ErrorCode.ClusterAuthorizationFailed });
            return;
        }

        if (request.SessionId != 0)
        {
            context.Respond(new FetchResponse { ErrorCode = ErrorCode.FetchSessionIdNotFound });
            return;
        }

        new FetchCall(services, limits, request, Partitions(request, context.Version), context).Begin();
    }

    private List<FetchedPartition> Partitions(FetchRequest request, short version)
    {
        MetadataImage image = services.Image;
        var partitions = new List<FetchedPartition>();
        foreach (FetchRequest.FetchTopic topic in request.Topics)
        {
            TopicId id = version >= FirstWithTopicIds ? topic.TopicId : image.Topic(topic.Topic)?.Id ?? TopicId.None;
            TopicImage? known = image.Topic(id);
            foreach (FetchRequest.FetchPartition partition in topic.Partitions)
            {
                ErrorCode error = known is not null && (uint)partition.Partition < (uint)known.Partitions.Count
                    ? ErrorCode.None
                    : known is null && version >= FirstWithTopicIds ? ErrorCode.UnknownTopicId
                    : ErrorCode.UnknownTopicOrPartition;
                partitions.Add(Of(topic.Topic, id, error, partition));
            }
        }

        return partitions;
    }

    private static FetchedPartition Of(
        string name, TopicId id, ErrorCode error, FetchRequest.FetchPartition partition) => new(
        name,
        error,
        new FetchProtocol.PartitionPosition(
            new TopicIdPartition(id, partition.Partition),
            partition.CurrentLeaderEpoch,
            partition.FetchOffset,
            partition.PartitionMaxBytes),
        partition.LastFetchedEpoch);
}
