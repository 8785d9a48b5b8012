using KafkaActors.Storage.Files;
using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Broker.Tests.Partitions;

/// <summary>The real disk, until it is told that a part of it is broken: then what is written there fails.</summary>
internal sealed class FailingFileSystem : IFileSystem
{
    private static readonly PhysicalFileSystem Disk = PhysicalFileSystem.Instance;

    private volatile string? _failsWritesTo;
    private long _flushes;

    /// <summary>How many times a file or a directory was brought to the disk.</summary>
    public long Flushes => Interlocked.Read(ref _flushes);

    /// <summary>A part of the path of files that cannot be written; null while all is well.</summary>
    public string? FailsWritesTo
    {
        get => _failsWritesTo;
        set => _failsWritesTo = value;
    }

    /// <summary>Writing there waits until it is set; null while nothing has to wait.</summary>
    public (string Part, ManualResetEventSlim Until)? Hangs { get; set; }

    /// <summary>Is told of each sync before it begins, and may hold it up.</summary>
    public Action<string>? BeforeFlush { get; set; }

    public ILogFile Open(string path) => new File(this, path, Disk.Open(path));

    public ILogFile OpenOrCreate(string path) => new File(this, path, Disk.OpenOrCreate(path));

    public bool FileExists(string path) => Disk.FileExists(path);

    public bool DirectoryExists(string path) => Disk.DirectoryExists(path);

    public IReadOnlyList<string> FileNames(string directory) => Disk.FileNames(directory);

    public IReadOnlyList<string> DirectoryNames(string directory) => Disk.DirectoryNames(directory);

    /// <summary>What is left of the disk; as much as there is unless a test says less.</summary>
    public long? Available { get; set; }

    public long AvailableBytes(string directory) => Available ?? Disk.AvailableBytes(directory);

    public DateTimeOffset LastWritten(string path) => Disk.LastWritten(path);

    public void CreateDirectory(string path) => Disk.CreateDirectory(path);

    public void MoveFile(string from, string to) => Disk.MoveFile(from, to);

    public void MoveDirectory(string from, string to) => Disk.MoveDirectory(from, to);

    public void DeleteFile(string path) => Disk.DeleteFile(path);

    public void DeleteDirectory(string path) => Disk.DeleteDirectory(path);

    public void FlushDirectory(string path)
    {
        Interlocked.Increment(ref _flushes);
        Disk.FlushDirectory(path);
    }

    public IDisposable Lock(string path) => Disk.Lock(path);

    private void Check(string path)
    {
        if (FailsWritesTo is { } part && path.Contains(part, StringComparison.Ordinal))
            throw new IOException($"{path}: the disk is broken.");
    }

    private sealed class File(FailingFileSystem owner, string path, ILogFile file) : ILogFile
    {
        public SafeFileHandle Handle => file.Handle;

        public long Length => file.Length;

        public int Read(Span<byte> destination, long position) => file.Read(destination, position);

        public void Write(ReadOnlySpan<byte> source, long position)
        {
            owner.Check(path);
            if (owner.Hangs is { } hanging && path.Contains(hanging.Part, StringComparison.Ordinal))
                hanging.Until.Wait();
            file.Write(source, position);
        }

        public void SetLength(long length) => file.SetLength(length);

        public void Flush()
        {
            owner.Check(path);
            owner.BeforeFlush?.Invoke(path);
            Interlocked.Increment(ref owner._flushes);
            file.Flush();
        }

        public void Dispose() => file.Dispose();
    }
}
