using System.Buffers.Binary;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// Writes into the header of a batch what only the leader knows. Offsets and leader epoch stand outside the CRC, so
/// nothing is re-encoded; an append time is covered by it, and costs one pass over the batch.
/// The caller owns the bytes: nobody else reads or writes them meanwhile.
/// </summary>
public static class RecordBatchPatcher
{
    public static void AssignOffsets(Span<byte> batch, long baseOffset, LeaderEpoch leaderEpoch)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.BaseOffset..], baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.PartitionLeaderEpoch..], leaderEpoch.Value);
    }

    public static void StampAppendTime(Span<byte> batch, long timestampMs)
    {
        Span<byte> attributes = batch[RecordBatchLayout.Attributes..];
        var current = new RecordBatchAttributes(BinaryPrimitives.ReadInt16BigEndian(attributes));
        BinaryPrimitives.WriteInt16BigEndian(attributes, current.With(TimestampType.LogAppendTime).Value);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.MaxTimestamp..], timestampMs);
        BinaryPrimitives.WriteUInt32BigEndian(batch[RecordBatchLayout.Crc..], Crc32C.Compute(attributes));
    }
}
