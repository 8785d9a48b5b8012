using System.Buffers.Binary;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Storage.Tests;

/// <summary>
/// Batches as the log sees them, laid out by hand: a true header and CRC, record bytes that are only bytes.
/// </summary>
internal sealed record TestBatch
{
    public long BaseOffset { get; init; }

    public int Records { get; init; } = 1;

    public int Epoch { get; init; }

    public long Timestamp { get; init; } = 1_000;

    public long ProducerId { get; init; } = -1;

    public short ProducerEpoch { get; init; } = -1;

    public int Sequence { get; init; } = -1;

    public int PayloadBytes { get; init; } = 40;

    public RecordBatch Build()
    {
        byte[] bytes = new byte[RecordBatchLayout.HeaderSize + PayloadBytes];
        Span<byte> span = bytes;
        BinaryPrimitives.WriteInt64BigEndian(span[RecordBatchLayout.BaseOffset..], BaseOffset);
        int length = bytes.Length - RecordBatchLayout.LogOverhead;
        BinaryPrimitives.WriteInt32BigEndian(span[RecordBatchLayout.BatchLength..], length);
        BinaryPrimitives.WriteInt32BigEndian(span[RecordBatchLayout.PartitionLeaderEpoch..], Epoch);
        bytes[RecordBatchLayout.Magic] = (byte)RecordBatchLayout.CurrentMagic;
        BinaryPrimitives.WriteInt32BigEndian(span[RecordBatchLayout.LastOffsetDelta..], Records - 1);
        BinaryPrimitives.WriteInt64BigEndian(span[RecordBatchLayout.BaseTimestamp..], Timestamp);
        BinaryPrimitives.WriteInt64BigEndian(span[RecordBatchLayout.MaxTimestamp..], Timestamp);
        BinaryPrimitives.WriteInt64BigEndian(span[RecordBatchLayout.ProducerId..], ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(span[RecordBatchLayout.ProducerEpoch..], ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(span[RecordBatchLayout.BaseSequence..], Sequence);
        BinaryPrimitives.WriteInt32BigEndian(span[RecordBatchLayout.RecordCount..], Records);
        for (int i = RecordBatchLayout.HeaderSize; i < bytes.Length; i++) bytes[i] = (byte)(BaseOffset * 31 + i);
        uint crc = Crc32C.Compute(span[RecordBatchLayout.Attributes..]);
        BinaryPrimitives.WriteUInt32BigEndian(span[RecordBatchLayout.Crc..], crc);
        Assert.That(RecordBatch.TryRead(bytes, out RecordBatch batch), Is.True);
        return batch;
    }
}
