using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>Describes an image of the metadata to a client. Pure.</summary>
internal static class MetadataAnswer
{
    public static MetadataProtocol.Described Of(MetadataImage image, MetadataProtocol.Describe request) => new(
        request.CorrelationId,
        image.ClusterId,
        image.Offset,
        image.Controller,
        [.. image.Brokers.Values.Where(broker => broker.IsActive).OrderBy(broker => broker.Node).Select(Broker)],
        request.Topics is null
            ? [.. image.TopicIds.Values.Select(id => Topic(image.Topics[id]))]
            : [.. request.Topics.Select(name => Topic(image, name))]);

    /// <summary>The named topics that could be created and do not exist.</summary>
    public static IReadOnlyList<string> Missing(MetadataImage image, MetadataProtocol.Describe request) =>
        request.Topics is null
            ? []
            : [.. request.Topics.Distinct().Where(name => image.Topic(name) is null && TopicName.Fault(name) is null)];

    private static MetadataProtocol.Broker Broker(BrokerImage broker) => new(broker.Node, broker.AkkaAddress);

    private static MetadataProtocol.Topic Topic(MetadataImage image, string name)
    {
        if (image.Topic(name) is { } topic) return Topic(topic);
        ErrorCode error = TopicName.Fault(name) is null
            ? ErrorCode.UnknownTopicOrPartition
            : ErrorCode.InvalidTopicException;
        return new MetadataProtocol.Topic(error, name, TopicId.None, false, []);
    }

    private static MetadataProtocol.Topic Topic(TopicImage topic) => new(
        ErrorCode.None,
        topic.Name,
        topic.Id,
        TopicName.IsInternal(topic.Name),
        [.. topic.Partitions.Select(Partition)]);

    private static MetadataProtocol.Partition Partition(PartitionImage partition) => new(
        partition.HasLeader ? ErrorCode.None : ErrorCode.LeaderNotAvailable,
        partition.Id.Partition,
        partition.Leader,
        partition.LeaderEpoch,
        partition.Replicas,
        partition.Isr);
}
