using System.Buffers.Binary;
using KafkaActors.Protocol.Records;
using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Cli.Dump;

/// <summary>
/// Walks the batches of a segment file through a window, whatever its size. Shares the file with a running node.
/// After the walk <see cref="Stop"/> says what stands at <see cref="Position"/>, where it ended.
/// </summary>
internal sealed class SegmentReader : IDisposable
{
    private const int WindowBytes = 1024 * 1024;

    private readonly SafeFileHandle _file;
    private byte[] _window = new byte[WindowBytes];

    public SegmentReader(string path)
    {
        _file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        Length = RandomAccess.GetLength(_file);
    }

    public long Length { get; }

    public long Position { get; private set; }

    public RecordBatchesStop Stop { get; private set; }

    public void Dispose() => _file.Dispose();

    /// <summary>The batches from <paramref name="position"/> on, which must be where one begins.</summary>
    public IEnumerable<PositionedBatch> Read(long position = 0)
    {
        Position = position;
        do
        {
            long start = Position;
            ReadOnlyMemory<byte> window = Load();
            RecordBatches batches = RecordBatches.Enumerate(window);
            while (batches.MoveNext())
            {
                Position = start + batches.Position;
                yield return new PositionedBatch(Position - batches.Current.SizeInBytes, batches.Current);
            }

            Stop = batches.Stop;
            if (Stop == RecordBatchesStop.Torn && Position == start && !GrowWindow(window.Span)) yield break;
        }
        while (Stop == RecordBatchesStop.Torn || (Stop == RecordBatchesStop.End && Position < Length));
    }

    private ReadOnlyMemory<byte> Load()
    {
        int length = (int)Math.Min(_window.Length, Length - Position);
        int read = 0;
        while (read < length)
        {
            int more = RandomAccess.Read(_file, _window.AsSpan(read, length - read), Position + read);
            if (more == 0) break;
            read += more;
        }

        return _window.AsMemory(0, read);
    }

    /// <summary>Makes room for a batch larger than the window; false when the file does not hold it.</summary>
    private bool GrowWindow(ReadOnlySpan<byte> window)
    {
        if (window.Length < RecordBatchLayout.LogOverhead) return false;
        long size = RecordBatchLayout.LogOverhead
            + (long)BinaryPrimitives.ReadInt32BigEndian(window[RecordBatchLayout.BatchLength..]);
        if (size > Length - Position || size <= _window.Length) return false;
        _window = new byte[size];
        return true;
    }
}
