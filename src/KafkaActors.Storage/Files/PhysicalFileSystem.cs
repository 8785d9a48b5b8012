namespace KafkaActors.Storage.Files;

/// <summary>
/// The operating system's files. Every file is opened so that it may be renamed and deleted while it is open, which
/// Windows allows only to files opened with <see cref="FileShare.Delete"/>.
/// </summary>
public sealed class PhysicalFileSystem : IFileSystem
{
    /// <summary>The process's own: its descriptors are shared by all that is in it.</summary>
    public static readonly PhysicalFileSystem Instance = new(new OpenFiles());

    private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;

    internal PhysicalFileSystem(OpenFiles openFiles) => OpenFiles = openFiles;

    /// <summary>How many of its files are open, and may be.</summary>
    public OpenFiles OpenFiles { get; }

    public ILogFile Open(string path) => Open(path, FileMode.Open);

    public ILogFile OpenOrCreate(string path) => Open(path, FileMode.OpenOrCreate);

    public bool FileExists(string path) => File.Exists(path);

    public bool DirectoryExists(string path) => Directory.Exists(path);

    public IReadOnlyList<string> FileNames(string directory) => Names(Directory.GetFiles(directory));

    public IReadOnlyList<string> DirectoryNames(string directory) => Names(Directory.GetDirectories(directory));

    public DateTimeOffset LastWritten(string path) => File.GetLastWriteTimeUtc(path);

    public long AvailableBytes(string directory) => new DriveInfo(directory).AvailableFreeSpace;

    public void CreateDirectory(string path) => Directory.CreateDirectory(path);

    public void MoveFile(string from, string to) => File.Move(from, to, overwrite: true);

    public void MoveDirectory(string from, string to) => Directory.Move(from, to);

    public void DeleteFile(string path) => File.Delete(path);

    public void DeleteDirectory(string path)
    {
        if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
    }

    public void FlushDirectory(string path) => DirectoryFlush.Flush(path);

    public IDisposable Lock(string path) =>
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private PhysicalFile Open(string path, FileMode mode)
    {
        var file = new PhysicalFile(File.OpenHandle(path, mode, FileAccess.ReadWrite, Shared), path, OpenFiles);
        OpenFiles.Add();
        return file;
    }

    private static string[] Names(string[] paths) => Array.ConvertAll(paths, path => Path.GetFileName(path));
}
