using System.Buffers.Binary;
using static KafkaActors.Protocol.Records.RecordBatchLayout;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// A view over the bytes of one v2 record batch, header included; the layout stands at <see cref="RecordBatchLayout"/>.
/// Reading a field costs a load; nothing is copied. The bytes are whole (see <see cref="TryRead"/>), not yet verified:
/// <see cref="IsCrcValid"/> says whether they are what the producer wrote.
/// </summary>
public readonly struct RecordBatch
{
    private RecordBatch(ReadOnlyMemory<byte> bytes) => Bytes = bytes;

    /// <summary>Exactly the bytes of this batch.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public int SizeInBytes => Bytes.Length;

    public long BaseOffset => BinaryPrimitives.ReadInt64BigEndian(Field(RecordBatchLayout.BaseOffset));

    public long LastOffset => BaseOffset + LastOffsetDelta;

    /// <summary>The offset after the last record.</summary>
    public long NextOffset => LastOffset + 1;

    public LeaderEpoch PartitionLeaderEpoch => new(Int32(RecordBatchLayout.PartitionLeaderEpoch));

    public sbyte Magic => (sbyte)Bytes.Span[RecordBatchLayout.Magic];

    public uint Crc => BinaryPrimitives.ReadUInt32BigEndian(Field(RecordBatchLayout.Crc));

    public RecordBatchAttributes Attributes =>
        new(BinaryPrimitives.ReadInt16BigEndian(Field(RecordBatchLayout.Attributes)));

    public int LastOffsetDelta => Int32(RecordBatchLayout.LastOffsetDelta);

    public long BaseTimestamp => BinaryPrimitives.ReadInt64BigEndian(Field(RecordBatchLayout.BaseTimestamp));

    public long MaxTimestamp => BinaryPrimitives.ReadInt64BigEndian(Field(RecordBatchLayout.MaxTimestamp));

    public long ProducerId => BinaryPrimitives.ReadInt64BigEndian(Field(RecordBatchLayout.ProducerId));

    public short ProducerEpoch => BinaryPrimitives.ReadInt16BigEndian(Field(RecordBatchLayout.ProducerEpoch));

    public int BaseSequence => Int32(RecordBatchLayout.BaseSequence);

    public int RecordCount => Int32(RecordBatchLayout.RecordCount);

    public bool HasProducerId => ProducerId >= 0;

    /// <summary>The records' block, compressed as the attributes say.</summary>
    public ReadOnlyMemory<byte> RecordBytes => Bytes[HeaderSize..];

    /// <summary>
    /// Takes the batch at the start of <paramref name="source"/>. False when the bytes do not hold a whole batch,
    /// when its length cannot be one, or when its magic is not 2.
    /// </summary>
    public static bool TryRead(ReadOnlyMemory<byte> source, out RecordBatch batch)
    {
        batch = default;
        if (source.Length < HeaderSize) return false;
        long size = LogOverhead + (long)BinaryPrimitives.ReadInt32BigEndian(source.Span[BatchLength..]);
        if (size < HeaderSize || size > source.Length) return false;
        if ((sbyte)source.Span[RecordBatchLayout.Magic] != CurrentMagic) return false;
        batch = new RecordBatch(source[..(int)size]);
        return true;
    }

    /// <summary>Walks the records, decompressing them once if need be; see <see cref="RecordEnumerator"/>.</summary>
    /// <exception cref="CorruptRecordException">The records cannot be read within the limit.</exception>
    public RecordEnumerator Records(int maxDecompressedBytes = RecordEnumerator.DefaultMaxDecompressedBytes) =>
        new(this, maxDecompressedBytes);

    /// <summary>Whether the bytes from the attributes on still match the CRC-32C in the header.</summary>
    public bool IsCrcValid() => Crc32C.Compute(Bytes.Span[RecordBatchLayout.Attributes..]) == Crc;

    private int Int32(int position) => BinaryPrimitives.ReadInt32BigEndian(Field(position));

    private ReadOnlySpan<byte> Field(int position) => Bytes.Span[position..];
}
