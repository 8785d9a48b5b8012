using KafkaActors.Protocol.Records;

namespace KafkaActors.Client;

/// <summary>One record to send, in the application's types.</summary>
public readonly record struct Message<TKey, TValue>(string Topic, TKey Key, TValue Value)
{
    /// <summary>Null lets the partitioner choose.</summary>
    public int? Partition { get; init; }

    /// <summary>Milliseconds since the epoch; null for the time of sending.</summary>
    public long? TimestampMs { get; init; }

    public RecordHeader[]? Headers { get; init; }
}
