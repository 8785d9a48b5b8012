using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KafkaActors.Protocol.Compression;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// Takes records out of a batch, as compaction does: <see cref="Open"/> reads the records of one batch,
/// <see cref="Retain"/> is told which of them stay, <see cref="Build"/> gives the batch of those, in the batch's own
/// codec. Base offset, last offset, leader epoch, producer id, epoch and sequence stay as they are, so that offsets never
/// change and a producer's next sequence still follows; the records' own bytes are copied, not encoded again, unless a
/// delete horizon takes the place of the base timestamp that they count from (KIP-534). Buffers are kept from batch to
/// batch. Owned by one thread.
/// </summary>
public sealed class RecordBatchFilter
{
    private const int InitialCapacity = 64 * 1024;
    private const long NoTimestamp = -1;

    private readonly List<RecordView> _records = [];
    private readonly List<int> _ends = [];
    private readonly List<(int Start, int End)> _runs = [];
    private byte[] _buffer = GC.AllocateUninitializedArray<byte>(InitialCapacity);
    private RecordBatch _batch;
    private ReadOnlyMemory<byte> _block;
    private long _maxTimestamp;

    /// <summary>The records of the opened batch.</summary>
    public ReadOnlySpan<RecordView> Records => CollectionsMarshal.AsSpan(_records);

    /// <summary>How many of them stay.</summary>
    public int Kept { get; private set; }

    /// <summary>How many go.</summary>
    public int Removed => _records.Count - Kept;

    /// <summary>Whether one that stays has no value.</summary>
    public bool KeepsTombstones { get; private set; }

    /// <summary>The batch without any record: what is left of it are its offsets and its producer's sequence.</summary>
    public static byte[] Emptied(RecordBatch batch)
    {
        byte[] empty = batch.Bytes[..RecordBatchLayout.HeaderSize].ToArray();
        RecordBatchAttributes attributes = batch.Attributes.With(CompressionType.None).WithDeleteHorizon(false);
        Finish(empty, attributes, NoTimestamp, batch.MaxTimestamp, recordCount: 0);
        return empty;
    }

    /// <summary>Reads a batch, whose bytes must not change before it is built; none of its records stays yet.</summary>
    /// <exception cref="CorruptRecordException">Its records cannot be read; nothing is known of them.</exception>
    public void Open(RecordBatch batch)
    {
        (_batch, Kept, KeepsTombstones, _maxTimestamp) = (batch, 0, false, NoTimestamp);
        _records.Clear();
        _ends.Clear();
        _runs.Clear();
        var records = new RecordEnumerator(batch);
        _block = records.Block;
        while (records.MoveNext())
        {
            _records.Add(records.Current);
            _ends.Add(records.Position);
        }
    }

    /// <summary>Notes, once, which of <see cref="Records"/> stay.</summary>
    public void Retain(ReadOnlySpan<bool> stays)
    {
        int start = 0;
        for (int i = 0; i < _records.Count; i++)
        {
            if (stays[i]) Add(Records[i], start, _ends[i]);
            start = _ends[i];
        }
    }

    /// <summary>
    /// The batch of the records that stay, of which there must be some; valid until the next call.
    /// </summary>
    /// <param name="deleteHorizonMs">
    /// From when on tombstones in it may go; null leaves the batch with the horizon it has, or with none.
    /// </param>
    public ReadOnlyMemory<byte> Build(long? deleteHorizonMs)
    {
        if (Kept == 0) throw new InvalidOperationException("no record stays");
        int length = deleteHorizonMs is { } horizon ? Rebase(_batch.BaseTimestamp - horizon) : Copy();
        CompressionType codec = _batch.Attributes.Compression;
        if (codec != CompressionType.None) length = Compress(codec, length);
        RecordBatchAttributes attributes = deleteHorizonMs is null
            ? _batch.Attributes
            : _batch.Attributes.WithDeleteHorizon(true);
        bool isStamped = attributes.TimestampType == TimestampType.LogAppendTime;
        _batch.Bytes.Span[..RecordBatchLayout.HeaderSize].CopyTo(_buffer);
        Finish(
            _buffer.AsSpan(0, length),
            attributes,
            deleteHorizonMs ?? _batch.BaseTimestamp,
            isStamped ? _batch.MaxTimestamp : _maxTimestamp,
            Kept);
        return _buffer.AsMemory(0, length);
    }

    private static void Finish(
        Span<byte> batch, RecordBatchAttributes attributes, long baseTimestamp, long maxTimestamp, int recordCount)
    {
        BinaryPrimitives.WriteInt32BigEndian(
            batch[RecordBatchLayout.BatchLength..], batch.Length - RecordBatchLayout.LogOverhead);
        BinaryPrimitives.WriteInt16BigEndian(batch[RecordBatchLayout.Attributes..], attributes.Value);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.BaseTimestamp..], baseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[RecordBatchLayout.MaxTimestamp..], maxTimestamp);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordBatchLayout.RecordCount..], recordCount);
        BinaryPrimitives.WriteUInt32BigEndian(
            batch[RecordBatchLayout.Crc..], Crc32C.Compute(batch[RecordBatchLayout.Attributes..]));
    }

    private void Add(in RecordView record, int start, int end)
    {
        Kept++;
        KeepsTombstones |= !record.HasValue;
        _maxTimestamp = Math.Max(_maxTimestamp, record.TimestampMs);
        bool follows = _runs.Count > 0 && _runs[^1].End == start;
        if (follows) _runs[^1] = (_runs[^1].Start, end);
        else _runs.Add((start, end));
    }

    /// <summary>Puts the records that stay behind the header's room; the length of both.</summary>
    private int Copy()
    {
        int length = RecordBatchLayout.HeaderSize;
        foreach ((int start, int end) in _runs)
        {
            Reserve(length, end - start);
            _block.Span[start..end].CopyTo(_buffer.AsSpan(length));
            length += end - start;
        }
        return length;
    }

    /// <summary>The same with timestamps that count from another base, which makes them longer or shorter.</summary>
    private int Rebase(long addedToDeltas)
    {
        int length = RecordBatchLayout.HeaderSize;
        ReadOnlySpan<byte> block = _block.Span;
        foreach ((int start, int end) in _runs)
        {
            for (int position = start; position < end;)
                length += RebaseNext(block, ref position, addedToDeltas, length);
        }
        return length;
    }

    private int RebaseNext(ReadOnlySpan<byte> block, ref int position, long addedToDelta, int at)
    {
        Varint.TryReadInt32(block, ref position, out int size);
        ReadOnlySpan<byte> record = block.Slice(position, size);
        position += size;
        int rest = RecordLayout.AttributesSize;
        Varint.TryReadInt64(record, ref rest, out long delta);
        delta += addedToDelta;
        int newSize = RecordLayout.AttributesSize + Varint.SizeOfInt64(delta) + record.Length - rest;
        Reserve(at, Varint.MaxInt32Size + newSize);
        Span<byte> destination = _buffer.AsSpan(at);
        int written = Varint.WriteInt32(destination, newSize);
        record[..RecordLayout.AttributesSize].CopyTo(destination[written..]);
        written += RecordLayout.AttributesSize;
        written += Varint.WriteInt64(destination[written..], delta);
        record[rest..].CopyTo(destination[written..]);
        return written + record.Length - rest;
    }

    private int Compress(CompressionType codec, int length)
    {
        ReadOnlyMemory<byte> plain = _buffer.AsMemory(RecordBatchLayout.HeaderSize..length);
        using var output = new BoundedBuffer(Array.MaxLength, plain.Length / 2);
        BatchCompression.Compress(codec, plain, output, level: null);
        Reserve(RecordBatchLayout.HeaderSize, output.Written.Length);
        output.Written.CopyTo(_buffer.AsSpan(RecordBatchLayout.HeaderSize));
        return RecordBatchLayout.HeaderSize + output.Written.Length;
    }

    private void Reserve(int used, int more)
    {
        if (more <= _buffer.Length - used) return;
        long doubled = Math.Min(2L * _buffer.Length, Array.MaxLength);
        Array.Resize(ref _buffer, (int)Math.Max(doubled, checked(used + more)));
    }
}
