using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Groups;

/// <summary>One record of <c>__consumer_offsets</c>, in Kafka's own key and value schemas.</summary>
/// <param name="KeyType">Kafka's key version, which names the kind of record.</param>
/// <param name="Value">Null is a tombstone.</param>
/// <param name="ValueVersion">The schema version the value is written in; means nothing for a tombstone.</param>
public sealed record GroupRecord(short KeyType, IProtocolMessage Key, IProtocolMessage? Value, short ValueVersion);
