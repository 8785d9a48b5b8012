using System.Buffers.Binary;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// Walks consecutive batches in a byte region with <c>foreach</c>, and says afterwards where and why it stopped:
/// <see cref="Position"/> is the end of the last whole batch, <see cref="Stop"/> what stands there.
/// CRCs are verified only if asked for. Enumerate the variable itself, a copy keeps its own place:
/// <c>var batches = RecordBatches.Enumerate(bytes); while (batches.MoveNext()) …; if (batches.Stop != …)</c>.
/// </summary>
public struct RecordBatches
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly bool _verifyCrc;

    private RecordBatches(ReadOnlyMemory<byte> bytes, bool verifyCrc) => (_bytes, _verifyCrc) = (bytes, verifyCrc);

    public RecordBatch Current { get; private set; }

    /// <summary>Bytes walked: the end of <see cref="Current"/>.</summary>
    public int Position { get; private set; }

    /// <summary><see cref="RecordBatchesStop.None"/> until <see cref="MoveNext"/> has returned false.</summary>
    public RecordBatchesStop Stop { get; private set; }

    public static RecordBatches Enumerate(ReadOnlyMemory<byte> bytes, bool verifyCrc = false) => new(bytes, verifyCrc);

    public readonly RecordBatches GetEnumerator() => this;

    public bool MoveNext()
    {
        if (Stop != RecordBatchesStop.None) return false;
        ReadOnlyMemory<byte> rest = _bytes[Position..];
        Stop = Judge(rest.Span);
        if (Stop != RecordBatchesStop.None) return false;
        bool whole = RecordBatch.TryRead(rest, out RecordBatch batch);
        if (!whole || (_verifyCrc && !batch.IsCrcValid()))
        {
            Stop = whole ? RecordBatchesStop.CrcMismatch : RecordBatchesStop.ImpossibleLength;
            return false;
        }

        Current = batch;
        Position += batch.SizeInBytes;
        return true;
    }

    private static RecordBatchesStop Judge(ReadOnlySpan<byte> rest)
    {
        if (rest.IsEmpty) return RecordBatchesStop.End;
        if (rest.Length < RecordBatchLayout.LogOverhead) return RecordBatchesStop.Torn;
        int length = BinaryPrimitives.ReadInt32BigEndian(rest[RecordBatchLayout.BatchLength..]);
        if (length < RecordBatchLayout.Crc - RecordBatchLayout.LogOverhead) return RecordBatchesStop.ImpossibleLength;
        if (rest.Length < RecordBatchLayout.Crc) return RecordBatchesStop.Torn;
        if ((sbyte)rest[RecordBatchLayout.Magic] != RecordBatchLayout.CurrentMagic)
            return RecordBatchesStop.UnsupportedMagic;
        long size = RecordBatchLayout.LogOverhead + (long)length;
        if (size < RecordBatchLayout.HeaderSize) return RecordBatchesStop.ImpossibleLength;
        return size > rest.Length ? RecordBatchesStop.Torn : RecordBatchesStop.None;
    }
}
