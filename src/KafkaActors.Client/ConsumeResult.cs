using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client;

/// <summary>One record that was read, in the application's types.</summary>
public readonly struct ConsumeResult<TKey, TValue>
{
    internal ConsumeResult(
        TopicPartition partition, TimestampType timestampType, in RecordView record, TKey key, TValue value)
    {
        Partition = partition;
        TimestampType = timestampType;
        Record = record;
        Key = key;
        Value = value;
    }

    public TopicPartition Partition { get; }

    public long Offset => Record.Offset;

    public long TimestampMs => Record.TimestampMs;

    public TimestampType TimestampType { get; }

    public TKey Key { get; }

    public TValue Value { get; }

    public RecordHeaders Headers => Record.Headers;

    /// <summary>The record's bytes.</summary>
    public RecordView Record { get; }
}
