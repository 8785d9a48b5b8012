using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>One partition of a fetch, as its client named it and as this node knows it.</summary>
/// <param name="TopicName">Empty where the client named it by its id (v13).</param>
/// <param name="Error">Why it cannot be read at all: the topic is unknown.</param>
/// <param name="LastFetchedEpoch">Of the record before the position, to find a log that was cut since.</param>
internal readonly record struct FetchedPartition(
    string TopicName, ErrorCode Error, FetchPosition Position, LeaderEpoch LastFetchedEpoch)
{
    /// <summary>From it on topics are named by their ids alone (KIP-516).</summary>
    public const short FirstWithTopicIds = 13;

    /// <summary>From it on a client says the leader epoch that it knows (KIP-320).</summary>
    private const short FirstWithEpoch = 9;

    /// <summary>From it on a client says the epoch of what it fetched last (KIP-595).</summary>
    private const short FirstWithLastEpoch = 12;

    /// <param name="version">
    /// Of the request that is answered: what its version does not have counts for nothing, though one before it in the
    /// same session said it.
    /// </param>
    public static FetchedPartition Of(
        MetadataImage image, short version, FetchedName name, FetchRequest.FetchPartition asked)
    {
        bool isById = version >= FirstWithTopicIds;
        TopicImage? known = isById ? image.Topic(name.Id) : image.Topic(name.Topic);
        ErrorCode error = known is not null && (uint)name.Partition < (uint)known.Partitions.Count ? ErrorCode.None
            : known is null && isById ? ErrorCode.UnknownTopicId
            : ErrorCode.UnknownTopicOrPartition;
        return new FetchedPartition(
            name.Topic,
            error,
            new FetchPosition(
                new TopicIdPartition(known?.Id ?? name.Id, name.Partition),
                version >= FirstWithEpoch ? asked.CurrentLeaderEpoch : LeaderEpoch.None,
                asked.FetchOffset,
                asked.PartitionMaxBytes),
            version >= FirstWithLastEpoch ? asked.LastFetchedEpoch : LeaderEpoch.None);
    }
}
