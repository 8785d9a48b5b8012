using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Dump;

/// <summary>A batch and where in its file it stands. Its bytes are valid until the next one is read.</summary>
internal readonly record struct PositionedBatch(long Position, RecordBatch Batch);
