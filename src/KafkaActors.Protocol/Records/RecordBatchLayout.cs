namespace KafkaActors.Protocol.Records;

/// <summary>
/// The header of a v2 record batch (magic 2, KIP-98), big-endian. The records follow it, compressed as one block.
/// <code>
/// position bytes type  name                  meaning
///        0     8 int64 base offset           offset of the first record
///        8     4 int32 batch length          bytes after this field
///       12     4 int32 partition leader epoch set by the leader; not covered by the CRC
///       16     1 int8  magic                 2
///       17     4 uint32 crc                  CRC-32C of everything from the attributes on
///       21     2 int16 attributes            0-2 codec, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon
///       23     4 int32 last offset delta     offset of the last record, from the base offset
///       27     8 int64 base timestamp        ms since the epoch; record timestamps are deltas from it
///       35     8 int64 max timestamp         the greatest of the batch, or the append time
///       43     8 int64 producer id           -1: not idempotent
///       51     2 int16 producer epoch
///       53     4 int32 base sequence         of the first record, within the producer id
///       57     4 int32 record count
///       61           records
/// </code>
/// </summary>
public static class RecordBatchLayout
{
    public const int BaseOffset = 0;
    public const int BatchLength = BaseOffset + sizeof(long);
    public const int PartitionLeaderEpoch = BatchLength + sizeof(int);
    public const int Magic = PartitionLeaderEpoch + sizeof(int);
    public const int Crc = Magic + sizeof(sbyte);
    public const int Attributes = Crc + sizeof(uint);
    public const int LastOffsetDelta = Attributes + sizeof(short);
    public const int BaseTimestamp = LastOffsetDelta + sizeof(int);
    public const int MaxTimestamp = BaseTimestamp + sizeof(long);
    public const int ProducerId = MaxTimestamp + sizeof(long);
    public const int ProducerEpoch = ProducerId + sizeof(long);
    public const int BaseSequence = ProducerEpoch + sizeof(short);
    public const int RecordCount = BaseSequence + sizeof(int);
    public const int HeaderSize = RecordCount + sizeof(int);

    /// <summary>Bytes before the batch length counts: what must be read to know how long a batch is.</summary>
    public const int LogOverhead = PartitionLeaderEpoch;

    public const sbyte CurrentMagic = 2;
}
