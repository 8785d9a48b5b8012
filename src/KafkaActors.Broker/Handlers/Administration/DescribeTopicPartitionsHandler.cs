using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>DescribeTopicPartitions: topics in pages, a cluster's worth of partitions at a time (KIP-966).</summary>
internal sealed class DescribeTopicPartitionsHandler(NodeServices services)
    : ApiHandler<DescribeTopicPartitionsRequest>(ApiKey.DescribeTopicPartitions)
{
    private const int MaxPartitions = 2000;

    protected override void Handle(DescribeTopicPartitionsRequest request, RequestContext context)
    {
        MetadataImage image = services.Image;
        string[] asked = [.. request.Topics.Select(topic => topic.Name).Distinct().Order(StringComparer.Ordinal)];
        if (IsWrong(request.Cursor, asked))
        {
            context.Respond(new DescribeTopicPartitionsResponse
            {
                Topics = [.. asked.Select(name => Refused(name, ErrorCode.InvalidRequest))],
            });
            return;
        }

        IEnumerable<string> names = asked.Length == 0 ? image.TopicIds.Keys : asked;
        int left = Math.Clamp(request.ResponsePartitionLimit, 1, MaxPartitions);
        var response = new DescribeTopicPartitionsResponse();
        var topics = new List<DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic>();
        (string from, int index) = request.Cursor is { } cursor ? (cursor.TopicName, cursor.PartitionIndex) : ("", 0);
        foreach (string name in names)
        {
            if (string.CompareOrdinal(name, from) < 0) continue;
            int first = name == from ? index : 0;
            if (left == 0)
            {
                response.NextCursor = new() { TopicName = name, PartitionIndex = first };
                break;
            }

            var topic = Row(image, name, first, left, context.ListenerName);
            topics.Add(topic);
            left -= topic.Partitions.Count;
            if (image.Topic(name) is { } known && first < known.Partitions.Count - topic.Partitions.Count)
            {
                int next = first + topic.Partitions.Count;
                response.NextCursor = new() { TopicName = name, PartitionIndex = next };
                break;
            }
        }

        response.Topics = topics;
        context.Respond(response);
    }

    private DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic Row(
        MetadataImage image, string name, int first, int most, string listener)
    {
        if (image.Topic(name) is not { } topic)
        {
            ErrorCode error = TopicName.Fault(name) is null
                ? ErrorCode.UnknownTopicOrPartition
                : ErrorCode.InvalidTopicException;
            return Refused(name, error);
        }

        return new()
        {
            Name = name,
            TopicId = topic.Id,
            IsInternal = TopicName.IsInternal(name),
            Partitions = [.. topic.Partitions.Skip(first).Take(most).Select(one => Row(image, one, listener))],
            TopicAuthorizedOperations = AuthorizedOperations.OfTopic(isAsked: true),
        };
    }

    // A page goes on in one of the topics that are asked for.
    private static bool IsWrong(DescribeTopicPartitionsRequest.PartitionCursor? cursor, string[] asked) =>
        cursor is not null && (cursor.PartitionIndex < 0 || (asked.Length > 0 && !asked.Contains(cursor.TopicName)));

    private static DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponseTopic Refused(
        string name, ErrorCode error) => new()
    {
        Name = name,
        ErrorCode = error,
        IsInternal = TopicName.IsInternal(name),
        TopicAuthorizedOperations = AuthorizedOperations.OfTopic(isAsked: true),
    };

    private DescribeTopicPartitionsResponse.DescribeTopicPartitionsResponsePartition Row(
        MetadataImage image, PartitionImage partition, string listener)
    {
        ErrorCode error = ClusterView.LeaderError(services, partition, listener);
        return new()
        {
            ErrorCode = error,
            PartitionIndex = partition.Id.Partition,
            LeaderId = error == ErrorCode.None ? partition.Leader : NodeId.None,
            LeaderEpoch = partition.LeaderEpoch,
            ReplicaNodes = partition.Replicas,
            IsrNodes = partition.Isr,
            EligibleLeaderReplicas = partition.EligibleLeaders,
            // Nullable, and yet Java reads a list: the image does not keep who was taken off the other one.
            LastKnownElr = [],
            OfflineReplicas = ClusterView.OfflineReplicas(image, partition),
        };
    }
}
