using KafkaActors.Storage.Files;

namespace KafkaActors.FaultyNode;

/// <summary>The operating system's files, each operation on which first meets the <see cref="Faults"/>.</summary>
internal sealed class FaultyFileSystem(Faults faults) : IFileSystem
{
    private readonly PhysicalFileSystem _files = PhysicalFileSystem.Instance;

    public ILogFile Open(string path)
    {
        faults.Before("open", path);
        return new FaultyFile(_files.Open(path), path, faults);
    }

    public ILogFile OpenOrCreate(string path)
    {
        faults.Before("open", path);
        return new FaultyFile(_files.OpenOrCreate(path), path, faults);
    }

    public bool FileExists(string path) => _files.FileExists(path);

    public bool DirectoryExists(string path) => _files.DirectoryExists(path);

    public IReadOnlyList<string> FileNames(string directory) => _files.FileNames(directory);

    public IReadOnlyList<string> DirectoryNames(string directory) => _files.DirectoryNames(directory);

    public DateTimeOffset LastWritten(string path) => _files.LastWritten(path);

    public long AvailableBytes(string directory) => _files.AvailableBytes(directory);

    public void CreateDirectory(string path)
    {
        faults.Before("create", path);
        _files.CreateDirectory(path);
    }

    public void MoveFile(string from, string to)
    {
        faults.Before("rename", from);
        _files.MoveFile(from, to);
    }

    public void MoveDirectory(string from, string to)
    {
        faults.Before("rename", from);
        _files.MoveDirectory(from, to);
    }

    public void DeleteFile(string path)
    {
        faults.Before("delete", path);
        _files.DeleteFile(path);
    }

    public void DeleteDirectory(string path)
    {
        faults.Before("delete", path);
        _files.DeleteDirectory(path);
    }

    public void FlushDirectory(string path)
    {
        faults.Before("sync", path);
        _files.FlushDirectory(path);
    }

    public IDisposable Lock(string path) => _files.Lock(path);
}
