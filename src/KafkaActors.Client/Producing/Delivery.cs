using KafkaActors.Protocol;

namespace KafkaActors.Client.Producing;

/// <summary>What became of one record.</summary>
/// <param name="Offset">-1 with an error, with <c>acks=0</c>, and for a duplicate that the leader no longer
/// knows.</param>
/// <param name="TimestampMs">The producer's, or the append time where the topic is configured so.</param>
/// <param name="Error">Null when the record is stored as <c>acks</c> asks for.</param>
/// <param name="Token">What was given when it was sent.</param>
public readonly record struct Delivery(
    TopicPartition Partition, long Offset, long TimestampMs, KafkaException? Error, long Token);
