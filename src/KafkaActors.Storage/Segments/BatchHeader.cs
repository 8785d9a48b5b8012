using System.Buffers.Binary;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Storage.Segments;

/// <summary>The fields of a batch header that the log decides by, taken out of its bytes once.</summary>
internal readonly record struct BatchHeader(
    long BaseOffset,
    int SizeInBytes,
    LeaderEpoch LeaderEpoch,
    RecordBatchAttributes Attributes,
    int LastOffsetDelta,
    long MaxTimestamp,
    long ProducerId,
    short ProducerEpoch,
    int BaseSequence,
    int RecordCount)
{
    public long LastOffset => BaseOffset + LastOffsetDelta;

    public long NextOffset => LastOffset + 1;

    /// <summary>
    /// The header at the start of <paramref name="source"/>; false when no batch can begin like this.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out BatchHeader header)
    {
        header = default;
        if (source.Length < RecordBatchLayout.HeaderSize) return false;
        long size = RecordBatchLayout.LogOverhead
            + (long)BinaryPrimitives.ReadInt32BigEndian(source[RecordBatchLayout.BatchLength..]);
        if (size is < RecordBatchLayout.HeaderSize or > int.MaxValue) return false;
        if ((sbyte)source[RecordBatchLayout.Magic] != RecordBatchLayout.CurrentMagic) return false;
        header = Parse(source, (int)size);
        return header.BaseOffset >= 0 && header.LastOffsetDelta >= 0 && header.NextOffset > header.BaseOffset;
    }

    private static BatchHeader Parse(ReadOnlySpan<byte> source, int size) => new(
        BinaryPrimitives.ReadInt64BigEndian(source[RecordBatchLayout.BaseOffset..]),
        size,
        new LeaderEpoch(BinaryPrimitives.ReadInt32BigEndian(source[RecordBatchLayout.PartitionLeaderEpoch..])),
        new RecordBatchAttributes(BinaryPrimitives.ReadInt16BigEndian(source[RecordBatchLayout.Attributes..])),
        BinaryPrimitives.ReadInt32BigEndian(source[RecordBatchLayout.LastOffsetDelta..]),
        BinaryPrimitives.ReadInt64BigEndian(source[RecordBatchLayout.MaxTimestamp..]),
        BinaryPrimitives.ReadInt64BigEndian(source[RecordBatchLayout.ProducerId..]),
        BinaryPrimitives.ReadInt16BigEndian(source[RecordBatchLayout.ProducerEpoch..]),
        BinaryPrimitives.ReadInt32BigEndian(source[RecordBatchLayout.BaseSequence..]),
        BinaryPrimitives.ReadInt32BigEndian(source[RecordBatchLayout.RecordCount..]));
}
