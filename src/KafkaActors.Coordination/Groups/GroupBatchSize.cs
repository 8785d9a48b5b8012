using KafkaActors.Protocol.Records;

namespace KafkaActors.Coordination.Groups;

/// <summary>The bytes that records take in one batch of the log, counted before they are appended.</summary>
internal struct GroupBatchSize
{
    private int _count;

    public GroupBatchSize() => Bytes = RecordBatchBuilder.SizeOfHeader;

    public long Bytes { get; private set; }

    /// <summary>The bytes of a batch that holds nothing else.</summary>
    public static long Of(GroupRecord record)
    {
        var size = new GroupBatchSize();
        size.Add(record);
        return size.Bytes;
    }

    public void Add(GroupRecord record) =>
        Bytes += RecordBatchBuilder.SizeOfRecord(_count++, record.EncodedKey, record.EncodedValue);
}
