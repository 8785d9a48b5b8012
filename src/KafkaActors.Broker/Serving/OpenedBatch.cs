using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.Serving;

/// <summary>A client's batch as its topic stores it.</summary>
/// <param name="Verdict">What looking at its records found; null where that is left to the partition.</param>
internal readonly record struct OpenedBatch(ReadOnlyMemory<byte> Bytes, RecordBatchVerdict? Verdict);
