using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Storage.Files;

/// <summary>A file of the operating system behind a <see cref="SafeFileHandle"/>.</summary>
internal sealed class PhysicalFile(SafeFileHandle handle, string path, OpenFiles openFiles) : ILogFile
{
    private int _isClosed;

    public SafeFileHandle Handle => handle;

    public long Length => RandomAccess.GetLength(handle);

    public int Read(Span<byte> destination, long position)
    {
        int total = 0;
        while (total < destination.Length)
        {
            int read = RandomAccess.Read(handle, destination[total..], position + total);
            if (read == 0) break;
            total += read;
        }
        return total;
    }

    public void Write(ReadOnlySpan<byte> source, long position) => RandomAccess.Write(handle, source, position);

    public void SetLength(long length) => RandomAccess.SetLength(handle, length);

    public void Reserve(long bytes) => FileReservation.Reserve(handle, bytes);

    public void Flush() => FileFlush.Flush(handle, path);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0) return;
        handle.Dispose();
        openFiles.Remove();
    }
}
