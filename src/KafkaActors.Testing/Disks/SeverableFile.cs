using KafkaActors.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Testing.Disks;

/// <summary>An open file of a <see cref="SeverableFileSystem"/>.</summary>
internal sealed class SeverableFile(ILogFile file, SeverableFileSystem files) : ILogFile
{
    public SafeFileHandle Handle => file.Handle;

    public long Length => file.Length;

    public int Read(Span<byte> destination, long position) => file.Read(destination, position);

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        using SeverableFileSystem.Change change = files.BeginChange();
        file.Write(source, position);
    }

    public void SetLength(long length)
    {
        using SeverableFileSystem.Change change = files.BeginChange();
        file.SetLength(length);
    }

    public void Reserve(long bytes)
    {
        using SeverableFileSystem.Change change = files.BeginChange();
        file.Reserve(bytes);
    }

    public void Flush()
    {
        using SeverableFileSystem.Change change = files.BeginChange();
        file.Flush();
    }

    public void Dispose() => file.Dispose();
}
