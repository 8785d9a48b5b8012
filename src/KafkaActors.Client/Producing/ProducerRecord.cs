using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Producing;

/// <summary>One record to send. Its bytes are copied before the send returns.</summary>
/// <param name="Key">Decides the partition unless <see cref="Partition"/> does; null: any partition.</param>
/// <param name="Value">Null is a tombstone.</param>
public readonly record struct ProducerRecord(string Topic, ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value)
{
    /// <summary>Null lets the partitioner choose.</summary>
    public int? Partition { get; init; }

    /// <summary>Milliseconds since the epoch; null for the time of sending.</summary>
    public long? TimestampMs { get; init; }

    public RecordHeader[]? Headers { get; init; }
}
