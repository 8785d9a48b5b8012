using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Producing;

/// <summary>
/// Splits a stream of bytes into lines at LF, in big blocks and without decoding anything: a line is exactly the bytes
/// between two LFs, a CR included; what follows the last LF is a line too, if there is anything. Lines are views that
/// hold until more is read.
/// </summary>
internal sealed class LineReader(Stream source, int blockBytes = LineReader.DefaultBlockBytes)
{
    /// <summary>No line may be longer; far above what a topic takes.</summary>
    public const int MaxLineBytes = 128 * 1024 * 1024;

    private const int DefaultBlockBytes = 256 * 1024;
    private const byte LineFeed = (byte)'\n';

    private byte[] _block = new byte[blockBytes];
    private int _start;
    private int _scanned;
    private int _end;

    /// <summary>The source has no more bytes; lines may still be waiting.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Takes the next line that is already in memory.</summary>
    public bool TryRead(out ReadOnlyMemory<byte> line)
    {
        int length = _block.AsSpan(_scanned, _end - _scanned).IndexOf(LineFeed);
        if (length >= 0)
        {
            int lineFeed = _scanned + length;
            line = _block.AsMemory(_start, lineFeed - _start);
            _start = _scanned = lineFeed + 1;
            return true;
        }

        _scanned = _end;
        bool isLast = HasEnded && _start < _end;
        line = isLast ? _block.AsMemory(_start, _end - _start) : default;
        if (isLast) _start = _end;
        return isLast;
    }

    /// <summary>Reads more bytes, once <see cref="TryRead"/> has nothing more. Does nothing at the end.</summary>
    public async ValueTask FillAsync(CancellationToken stop)
    {
        if (HasEnded) return;
        MakeRoom();

        // A read of a terminal or a pipe cannot be cancelled; it is left behind instead.
        int read = await source.ReadAsync(_block.AsMemory(_end), CancellationToken.None).AsTask()
            .WaitAsync(stop).ConfigureAwait(false);
        HasEnded = read == 0;
        _end += read;
    }

    private void MakeRoom()
    {
        int kept = _end - _start;
        if (kept > MaxLineBytes) throw new ToolException($"a line is longer than {MaxLineBytes} bytes.");
        byte[] next = kept < _block.Length ? _block : new byte[kept * 2];
        _block.AsSpan(_start, kept).CopyTo(next);
        _block = next;
        _scanned -= _start;
        _start = 0;
        _end = kept;
    }
}
