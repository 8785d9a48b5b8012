namespace KafkaActors.Storage.Files;

/// <summary>
/// A data directory's files: what is not records may use the reserve when the disk is full. The change that found no
/// room is made again once the reserve is given up; changes are by position and by whole names, so that a second try
/// does no harm. Files of records are as they are, without a wrapper.
/// </summary>
internal sealed class ReservingFileSystem(IFileSystem inner, DiskSpace space) : IFileSystem
{
    public ILogFile Open(string path) => Wrap(path, inner.Open(path));

    public ILogFile OpenOrCreate(string path) =>
        Wrap(path, HoldsRecords(path) ? inner.OpenOrCreate(path) : Run(() => inner.OpenOrCreate(path)));

    public bool FileExists(string path) => inner.FileExists(path);

    public bool DirectoryExists(string path) => inner.DirectoryExists(path);

    public IReadOnlyList<string> FileNames(string directory) => inner.FileNames(directory);

    public IReadOnlyList<string> DirectoryNames(string directory) => inner.DirectoryNames(directory);

    public DateTimeOffset LastWritten(string path) => inner.LastWritten(path);

    public long AvailableBytes(string directory) => inner.AvailableBytes(directory);

    public void CreateDirectory(string path) => Run(() => inner.CreateDirectory(path));

    public void MoveFile(string from, string to) => Run(() => inner.MoveFile(from, to));

    public void MoveDirectory(string from, string to) => Run(() => inner.MoveDirectory(from, to));

    public void DeleteFile(string path) => inner.DeleteFile(path);

    public void DeleteDirectory(string path) => inner.DeleteDirectory(path);

    public void FlushDirectory(string path) => inner.FlushDirectory(path);

    public IDisposable Lock(string path) => inner.Lock(path);

    private static bool HoldsRecords(string path)
    {
        string name = Path.GetFileName(path);
        return name.EndsWith(LogFileNames.Cleaned, StringComparison.Ordinal)
            || name.EndsWith(LogFileNames.Cut, StringComparison.Ordinal)
            || LogFileNames.TryParseOffset(name, LogFileNames.Log, out _);
    }

    private ILogFile Wrap(string path, ILogFile file) => HoldsRecords(path) ? file : new ReservedFile(file, this);

    private void Run(Action change) => Run(() =>
    {
        change();
        return true;
    });

    private T Run<T>(Func<T> change)
    {
        try
        {
            return change();
        }
        catch (IOException e) when (FullDisk.Is(e) && space.TryRelease())
        {
            return change();
        }
    }

    private sealed class ReservedFile(ILogFile file, ReservingFileSystem owner) : ILogFile
    {
        public Microsoft.Win32.SafeHandles.SafeFileHandle Handle => file.Handle;

        public long Length => file.Length;

        public int Read(Span<byte> destination, long position) => file.Read(destination, position);

        public void Write(ReadOnlySpan<byte> source, long position)
        {
            try
            {
                file.Write(source, position);
            }
            catch (IOException e) when (FullDisk.Is(e) && owner.TryRelease())
            {
                file.Write(source, position);
            }
        }

        public void SetLength(long length) => owner.Run(() => file.SetLength(length));

        public void Flush() => file.Flush();

        public void Dispose() => file.Dispose();
    }

    private bool TryRelease() => space.TryRelease();
}
