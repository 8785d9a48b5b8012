using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>One partition of a fetch, as its client named it and as this node knows it.</summary>
/// <param name="TopicName">Empty where the client named it by its id (v13).</param>
/// <param name="Error">Why it cannot be read at all: the topic is unknown.</param>
/// <param name="LastFetchedEpoch">Of the record before the position, to find a log that was cut since.</param>
internal readonly record struct FetchedPartition(
    string TopicName, ErrorCode Error, FetchProtocol.PartitionPosition Position, LeaderEpoch LastFetchedEpoch)
{
    public static FetchedPartition Of(
        MetadataImage image, bool isById, FetchedName name, FetchRequest.FetchPartition asked)
    {
        TopicImage? known = isById ? image.Topic(name.Id) : image.Topic(name.Topic);
        ErrorCode error = known is not null && (uint)name.Partition < (uint)known.Partitions.Count ? ErrorCode.None
            : known is null && isById ? ErrorCode.UnknownTopicId
            : ErrorCode.UnknownTopicOrPartition;
        return new FetchedPartition(
            name.Topic,
            error,
            new FetchProtocol.PartitionPosition(
                new TopicIdPartition(known?.Id ?? name.Id, name.Partition),
                asked.CurrentLeaderEpoch,
                asked.FetchOffset,
                asked.PartitionMaxBytes),
            asked.LastFetchedEpoch);
    }
}
