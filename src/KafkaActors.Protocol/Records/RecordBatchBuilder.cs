using System.Buffers.Binary;
using KafkaActors.Protocol.Compression;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// Collects records into v2 batches, one after another: <see cref="TryAppend"/> until it refuses,
/// <see cref="Build()"/>, and again. The buffer is kept between batches, so a record costs no garbage and a
/// batch one array. Invariant: the buffer holds a header's room and then whole records. Owned by one producer at a
/// time; not thread-safe.
/// </summary>
public sealed class RecordBatchBuilder
{
    private const int InitialCapacity = 1024;

    private readonly int _byteLimit;
    private readonly CompressionType _compression;
    private readonly int? _compressionLevel;
    private byte[] _buffer;
    private int _length = RecordBatchLayout.HeaderSize;

    /// <param name="byteLimit">
    /// The most bytes of a batch, header included, before compression; one record alone may be greater.
    /// </param>
    /// <param name="compressionLevel">
    /// In the codec's own scale, or null for its default; see <see cref="BatchCompression"/>.
    /// </param>
    public RecordBatchBuilder(
        int byteLimit, CompressionType compression = CompressionType.None, int? compressionLevel = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(byteLimit, RecordBatchLayout.HeaderSize);
        _byteLimit = byteLimit;
        _compression = compression;
        _compressionLevel = compressionLevel;
        _buffer = GC.AllocateUninitializedArray<byte>(Math.Min(byteLimit, InitialCapacity));
    }

    public int RecordCount { get; private set; }

    public bool IsEmpty => RecordCount == 0;

    /// <summary>The bytes of the batch so far, header included, before compression.</summary>
    public int SizeInBytes => _length;

    /// <summary>The timestamp of the first record; meaningless while there is none.</summary>
    public long BaseTimestamp { get; private set; }

    /// <summary>The greatest timestamp so far; meaningless while there is no record.</summary>
    public long MaxTimestamp { get; private set; }

    /// <summary>No batch of this one record is greater, header included, before compression.</summary>
    public static long UpperBoundOfBatch(
        ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, ReadOnlySpan<RecordHeader> headers = default) =>
        RecordBatchLayout.HeaderSize + RecordLayout.MaxOverhead + (key?.Length ?? 0L) + (value?.Length ?? 0L)
        + (headers.IsEmpty ? 0 : RecordLayout.SizeOf(headers));

    /// <summary>The bytes of a batch without records.</summary>
    public static int SizeOfHeader => RecordBatchLayout.HeaderSize;

    /// <summary>What a record without headers adds to a batch whose records all have one timestamp.</summary>
    /// <param name="offsetDelta">Its place in the batch.</param>
    public static int SizeOfRecord(int offsetDelta, ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value)
    {
        int bodySize = RecordLayout.AttributesSize + Varint.SizeOfInt64(0) + Varint.SizeOfInt32(offsetDelta)
            + RecordLayout.SizeOf(key) + RecordLayout.SizeOf(value)
            + RecordLayout.SizeOf(ReadOnlySpan<RecordHeader>.Empty);
        return checked(Varint.SizeOfInt32(bodySize) + bodySize);
    }

    /// <summary>
    /// Adds a record, copying its bytes. False, and nothing changed, when the batch would pass its limit; the first
    /// record is always taken, so whoever limits single records asks <see cref="UpperBoundOfBatch"/> before.
    /// A null <c>byte[]</c> converts to an empty memory, not to a null key or value: pass a null of this type.
    /// </summary>
    public bool TryAppend(
        long timestampMs,
        ReadOnlyMemory<byte>? key,
        ReadOnlyMemory<byte>? value,
        ReadOnlySpan<RecordHeader> headers = default)
    {
        long timestampDelta = IsEmpty ? 0 : timestampMs - BaseTimestamp;
        int bodySize = RecordLayout.AttributesSize + Varint.SizeOfInt64(timestampDelta)
            + Varint.SizeOfInt32(RecordCount) + RecordLayout.SizeOf(key) + RecordLayout.SizeOf(value)
            + RecordLayout.SizeOf(headers);
        int newLength = checked(_length + Varint.SizeOfInt32(bodySize) + bodySize);
        if (newLength > _byteLimit && !IsEmpty) return false;

        Span<byte> record = Reserve(newLength);
        int written = Varint.WriteInt32(record, bodySize);
        record[written++] = 0;
        written += Varint.WriteInt64(record[written..], timestampDelta);
        written += Varint.WriteInt32(record[written..], RecordCount);
        written += RecordLayout.Write(record[written..], key);
        written += RecordLayout.Write(record[written..], value);
        RecordLayout.Write(record[written..], headers);
        Account(timestampMs, newLength);
        return true;
    }

    /// <summary>
    /// Finishes the batch and starts the next one. The bytes are the caller's alone: base offset 0 and no leader epoch,
    /// until <see cref="RecordBatchPatcher"/> writes them.
    /// </summary>
    public byte[] Build(ProducerSequence producer, bool isTransactional = false, bool isControl = false)
    {
        if (IsEmpty) throw new InvalidOperationException("A batch holds at least one record.");
        byte[] batch = _compression == CompressionType.None
            ? _buffer.AsSpan(0, _length).ToArray()
            : Compressed();
        var attributes = RecordBatchAttributes.Of(_compression, isTransactional, isControl);
        WriteHeader(batch, producer, attributes);
        Reset();
        return batch;
    }

    /// <summary>Finishes a batch of a producer that is not idempotent.</summary>
    public byte[] Build() => Build(ProducerSequence.None);

    /// <summary>Drops the records appended since the last batch.</summary>
    public void Reset()
    {
        RecordCount = 0;
        _length = RecordBatchLayout.HeaderSize;
        // One oversized record must not pin its buffer for the life of the producer.
        if (_buffer.Length > 2L * _byteLimit) _buffer = GC.AllocateUninitializedArray<byte>(_byteLimit);
    }

    private Span<byte> Reserve(int newLength)
    {
        if (newLength > _buffer.Length)
        {
            long doubled = Math.Min(2L * _buffer.Length, _byteLimit);
            Array.Resize(ref _buffer, (int)Math.Max(newLength, doubled));
        }

        return _buffer.AsSpan(_length, newLength - _length);
    }

    private void Account(long timestampMs, int newLength)
    {
        if (IsEmpty) BaseTimestamp = MaxTimestamp = timestampMs;
        else if (timestampMs > MaxTimestamp) MaxTimestamp = timestampMs;
        RecordCount++;
        _length = newLength;
    }

    private byte[] Compressed()
    {
        ReadOnlyMemory<byte> records = _buffer.AsMemory(RecordBatchLayout.HeaderSize.._length);
        using var output = new BoundedBuffer(Array.MaxLength, RecordBatchLayout.HeaderSize + (records.Length / 2));
        output.GetSpan(RecordBatchLayout.HeaderSize);
        output.Advance(RecordBatchLayout.HeaderSize);
        BatchCompression.Compress(_compression, records, output, _compressionLevel);
        return output.Written.ToArray();
    }

    private void WriteHeader(Span<byte> batch, ProducerSequence producer, RecordBatchAttributes attributes)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.BaseOffset..], 0);
        BinaryPrimitives.WriteInt32BigEndian(
            batch[RecordBatchLayout.BatchLength..], batch.Length - RecordBatchLayout.LogOverhead);
        BinaryPrimitives.WriteInt32BigEndian(
            batch[RecordBatchLayout.PartitionLeaderEpoch..], LeaderEpoch.None.Value);
        batch[RecordBatchLayout.Magic] = (byte)RecordBatchLayout.CurrentMagic;
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchLayout.Attributes..], attributes.Value);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.LastOffsetDelta..], RecordCount - 1);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.BaseTimestamp..], BaseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.MaxTimestamp..], MaxTimestamp);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.RecordCount..], RecordCount);
        RecordBatchPatcher.AssignProducer(batch, producer);
    }
}
