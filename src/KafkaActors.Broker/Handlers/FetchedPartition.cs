using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Handlers;

/// <summary>One partition of a fetch, as its client named it and as this node knows it.</summary>
/// <param name="TopicName">Empty where the client named it by its id (v13).</param>
/// <param name="Error">Why it cannot be read at all: the topic is unknown.</param>
/// <param name="LastFetchedEpoch">Of the record before the position, to find a log that was cut since.</param>
internal readonly record struct FetchedPartition(
    string TopicName, ErrorCode Error, FetchProtocol.PartitionPosition Position, LeaderEpoch LastFetchedEpoch);
