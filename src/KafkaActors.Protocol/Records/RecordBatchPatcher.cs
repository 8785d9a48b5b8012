using System.Buffers.Binary;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// Writes into the header of a finished batch what is known only later: by the leader its offsets and append time, by
/// the producer its sequence. Offsets and leader epoch stand outside the CRC, so nothing is re-encoded; the others are
/// covered by it, and cost one pass over the batch.
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

    /// <summary>Sets the greatest timestamp where a producer claimed a wrong one; it is covered by the CRC.</summary>
    public static void CorrectMaxTimestamp(Span<byte> batch, long timestampMs)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.MaxTimestamp..], timestampMs);
        BinaryPrimitives.WriteUInt32BigEndian(
            batch[RecordBatchLayout.Crc..], Crc32C.Compute(batch[RecordBatchLayout.Attributes..]));
    }

    /// <summary>Sets producer id, epoch and base sequence; they are covered by the CRC.</summary>
    public static void AssignProducer(Span<byte> batch, ProducerSequence producer)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.ProducerId..], producer.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchLayout.ProducerEpoch..], producer.ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.BaseSequence..], producer.BaseSequence);
        BinaryPrimitives.WriteUInt32BigEndian(
            batch[RecordBatchLayout.Crc..], Crc32C.Compute(batch[RecordBatchLayout.Attributes..]));
    }
}
