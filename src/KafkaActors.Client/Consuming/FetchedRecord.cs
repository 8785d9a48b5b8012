using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Consuming;

/// <summary>One record and where it stands. A view: its slices stay valid, and keep their batch in memory.</summary>
public readonly struct FetchedRecord
{
    internal FetchedRecord(TopicPartition partition, TimestampType timestampType, in RecordView record)
    {
        Partition = partition;
        TimestampType = timestampType;
        Record = record;
    }

    public TopicPartition Partition { get; }

    public TimestampType TimestampType { get; }

    public RecordView Record { get; }
}
