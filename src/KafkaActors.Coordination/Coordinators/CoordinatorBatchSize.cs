using KafkaActors.Protocol.Records;

namespace KafkaActors.Coordination.Coordinators;

/// <summary>The bytes that records take in one batch of the log, counted before they are appended.</summary>
internal struct CoordinatorBatchSize
{
    private int _count;

    public CoordinatorBatchSize() => Bytes = RecordBatchBuilder.SizeOfHeader;

    public long Bytes { get; private set; }

    /// <summary>The bytes of a batch that holds nothing else.</summary>
    public static long Of(CoordinatorRecord record)
    {
        var size = new CoordinatorBatchSize();
        size.Add(record);
        return size.Bytes;
    }

    /// <summary>The bytes of a batch that holds nothing else.</summary>
    public static long Of(IReadOnlyList<CoordinatorRecord> records)
    {
        var size = new CoordinatorBatchSize();
        size.Add(records);
        return size.Bytes;
    }

    public void Add(CoordinatorRecord record) =>
        Bytes += RecordBatchBuilder.SizeOfRecord(_count++, record.EncodedKey, record.EncodedValue);

    public void Add(IReadOnlyList<CoordinatorRecord> records)
    {
        foreach (CoordinatorRecord record in records) Add(record);
    }
}
