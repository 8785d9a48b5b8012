namespace KafkaActors.Protocol.Records;

/// <summary>A header of a record (KIP-82): keys may repeat and are never null, a value may be.</summary>
public readonly record struct RecordHeader(string Key, ReadOnlyMemory<byte>? Value);
