using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Producing;

/// <summary>What one line of input says: slices of the line itself, null where the null marker stood.</summary>
internal readonly record struct LineRecord(
    ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value, IReadOnlyList<RecordHeader> Headers);
