using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Consuming;

/// <summary>A consumed record as the formatter sees it.</summary>
internal readonly record struct ConsoleRecord(
    int Partition,
    long Offset,
    long TimestampMs,
    TimestampType TimestampType,
    ReadOnlyMemory<byte>? Key,
    ReadOnlyMemory<byte>? Value,
    IReadOnlyList<RecordHeader> Headers);
