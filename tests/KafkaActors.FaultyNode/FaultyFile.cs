using KafkaActors.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace KafkaActors.FaultyNode;

/// <summary>An open file of a <see cref="FaultyFileSystem"/>.</summary>
internal sealed class FaultyFile(ILogFile file, string path, Faults faults) : ILogFile
{
    public SafeFileHandle Handle => file.Handle;

    public long Length => file.Length;

    public int Read(Span<byte> destination, long position)
    {
        faults.Before("read", path);
        return file.Read(destination, position);
    }

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        faults.Before("write", path);
        file.Write(source, position);
    }

    public void SetLength(long length)
    {
        faults.Before("write", path);
        file.SetLength(length);
    }

    public void Flush()
    {
        faults.Before("sync", path);
        file.Flush();
    }

    public void Dispose() => file.Dispose();
}
