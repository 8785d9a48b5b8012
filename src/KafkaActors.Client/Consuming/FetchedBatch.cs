using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Consuming;

/// <summary>A batch that waits for the reader, or an error that ends the reading.</summary>
/// <param name="FromOffset">Records below it were not asked for.</param>
internal readonly record struct FetchedBatch(
    PartitionCursor Cursor, int Generation, RecordBatch Batch, long FromOffset, KafkaException? Error);
