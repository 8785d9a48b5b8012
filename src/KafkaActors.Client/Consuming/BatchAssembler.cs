using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// Cuts a stream of byte regions into whole batches. A batch that lies within one region is a slice of it; only one
/// that goes over a border is copied, into an array of its own. Not thread-safe.
/// </summary>
internal sealed class BatchAssembler
{
    private readonly byte[] _prefix = new byte[RecordBatchLayout.LogOverhead];
    private int _prefixLength;
    private byte[]? _split;
    private int _splitLength;

    /// <summary>Bytes of a batch whose end has not come.</summary>
    public bool IsWithinBatch => _prefixLength > 0 || _split is not null;

    /// <summary>Forgets a batch whose end will not come.</summary>
    public void Reset()
    {
        _prefixLength = 0;
        _split = null;
    }

    /// <exception cref="KafkaException"><see cref="ErrorCode.CorruptMessage"/>: the bytes are no batches.</exception>
    public void Feed(ReadOnlyMemory<byte> region, Action<RecordBatch> found)
    {
        while (!region.IsEmpty)
        {
            if (IsWithinBatch) region = Continue(region, found);
            else if (WholeBatch(region, out RecordBatch batch))
            {
                found(batch);
                region = region[batch.SizeInBytes..];
            }
            else region = Begin(region);
        }
    }

    private static bool WholeBatch(ReadOnlyMemory<byte> region, out RecordBatch batch)
    {
        if (RecordBatch.TryRead(region, out batch)) return true;
        bool isWhole = region.Length >= RecordBatchLayout.HeaderSize && SizeAt(region.Span) <= region.Length;
        return isWhole ? throw NoBatch() : false;
    }

    private static int SizeAt(ReadOnlySpan<byte> start)
    {
        long size = RecordBatchLayout.LogOverhead
            + (long)System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(start[RecordBatchLayout.BatchLength..]);
        if (size < RecordBatchLayout.HeaderSize || size > Array.MaxLength) throw NoBatch();
        return (int)size;
    }

    private static KafkaException NoBatch() =>
        new(ErrorCode.CorruptMessage, "What was fetched is not a sequence of record batches.");

    private ReadOnlyMemory<byte> Begin(ReadOnlyMemory<byte> region)
    {
        int taken = Math.Min(region.Length, _prefix.Length - _prefixLength);
        region.Span[..taken].CopyTo(_prefix.AsSpan(_prefixLength));
        _prefixLength += taken;
        if (_prefixLength < _prefix.Length) return default;
        _split = GC.AllocateUninitializedArray<byte>(SizeAt(_prefix));
        _prefix.CopyTo(_split, 0);
        _splitLength = _prefixLength;
        _prefixLength = 0;
        return region[taken..];
    }

    private ReadOnlyMemory<byte> Continue(ReadOnlyMemory<byte> region, Action<RecordBatch> found)
    {
        if (_split is null) return Begin(region);
        int taken = Math.Min(region.Length, _split.Length - _splitLength);
        region.Span[..taken].CopyTo(_split.AsSpan(_splitLength));
        _splitLength += taken;
        if (_splitLength < _split.Length) return default;
        byte[] whole = _split;
        _split = null;
        if (!RecordBatch.TryRead(whole, out RecordBatch batch)) throw NoBatch();
        found(batch);
        return region[taken..];
    }
}
