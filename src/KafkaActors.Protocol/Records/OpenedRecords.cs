using System.Buffers;
using KafkaActors.Protocol.Compression;

namespace KafkaActors.Protocol.Records;

/// <summary>
/// Records that come out of their codec while they are read, through a window of fixed size: however much a batch
/// decompresses to, no more than the window and the codec's own memory are held. Keys, values and headers are passed
/// over. Owns the window; throws what its <see cref="DecompressedBlock"/> throws.
/// Invariant: the window holds the bytes from <c>_start</c> to <c>_end</c>, of which the first stands at
/// <c>_passed + _start</c> of the block.
/// </summary>
internal sealed class OpenedRecords(DecompressedBlock block) : IRecordSource, IDisposable
{
    private const int WindowBytes = 64 * 1024;

    private byte[] _window = ArrayPool<byte>.Shared.Rent(WindowBytes);
    private long _passed;
    private int _start;
    private int _end;

    private long Position => _passed + _start;

    public bool TryRead(out RecordFields fields)
    {
        int position = _start;
        if (!RecordFields.TryRead(_window.AsSpan(0, _end), ref position, out fields)) return TryPass(out fields);
        _start = position;
        return true;
    }

    public int CountLeft()
    {
        if (_start == _end) Fill(1);
        return _end - _start;
    }

    public void Dispose()
    {
        byte[] window = _window;
        _window = [];
        if (window.Length > 0) ArrayPool<byte>.Shared.Return(window);
    }

    /// <summary>A record that the window does not hold whole, or that is none.</summary>
    private bool TryPass(out RecordFields fields)
    {
        fields = default;
        if (!TryReadInt32(out int length) || length < 0) return false;
        long end = Position + length;
        if (!TryPass(RecordLayout.AttributesSize)) return false;
        Fill(Varint.MaxInt64Size);
        if (!Varint.TryReadInt64(_window.AsSpan(0, _end), ref _start, out fields.TimestampDelta)) return false;
        if (!TryReadInt32(out fields.OffsetDelta)) return false;
        if (!TryPassField(out fields.KeyLength) || !TryPassField(out fields.ValueLength)) return false;
        if (!TryReadInt32(out fields.HeaderCount) || fields.HeaderCount < 0) return false;
        for (int index = 0; index < fields.HeaderCount; index++)
        {
            if (Position >= end || !TryPassField(out int keyLength) || keyLength < 0) return false;
            if (!TryPassField(out _)) return false;
        }

        return Position == end;
    }

    private bool TryReadInt32(out int value)
    {
        Fill(Varint.MaxInt32Size);
        return Varint.TryReadInt32(_window.AsSpan(0, _end), ref _start, out value);
    }

    private bool TryPassField(out int length) =>
        TryReadInt32(out length) && length >= RecordLayout.NullLength && TryPass(Math.Max(0, length));

    private bool TryPass(int count)
    {
        while (count > _end - _start)
        {
            count -= _end - _start;
            _start = _end;
            Fill(1);
            if (_start == _end) return false;
        }

        _start += count;
        return true;
    }

    /// <summary>Brings so many bytes into the window, or all that are left.</summary>
    private void Fill(int wanted)
    {
        if (_end - _start >= wanted) return;
        _window.AsSpan(_start, _end - _start).CopyTo(_window);
        _passed += _start;
        (_start, _end) = (0, _end - _start);
        while (_end < wanted)
        {
            int read = block.Read(_window.AsSpan(_end));
            if (read == 0) return;
            _end += read;
        }
    }
}
