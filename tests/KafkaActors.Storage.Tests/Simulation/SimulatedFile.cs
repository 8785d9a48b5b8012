using KafkaActors.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Storage.Tests.Simulation;

/// <summary>An open file of a <see cref="SimulatedFileSystem"/>.</summary>
internal sealed class SimulatedFile(SimulatedFileSystem files, string path, SimulatedNode node) : ILogFile
{
    public SafeFileHandle Handle => throw new NotSupportedException("a simulated file has no handle");

    public long Length => node.Length;

    public int Read(Span<byte> destination, long position) => node.Read(destination, position);

    public void Write(ReadOnlySpan<byte> source, long position)
    {
        files.Change("write", path);
        long growth = Math.Max(0, position + source.Length - node.Length);
        if (growth > files.FreeBytes)
        {
            node.Write(source[..(int)Math.Min(source.Length, files.FreeBytes)], position);
            files.FreeBytes = 0;
            throw new IOException("no space left on device", FullDisk.NoSpace);
        }
        files.FreeBytes -= growth;
        node.Write(source, position);
    }

    public void SetLength(long length)
    {
        files.Change("truncate", path);
        node.SetLength(length);
    }

    public void Reserve(long bytes) => files.Change("reserve", path);

    public void Flush()
    {
        files.Change("fsync", path);
        node.Flush();
    }

    public void Dispose()
    {
    }
}
