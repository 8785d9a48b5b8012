namespace KafkaActors.Storage.Files;

/// <summary>
/// Everything the log asks of a file system. Tests put one in its place that forgets what was not flushed, or fails.
/// A created or renamed entry is durable only after <see cref="FlushDirectory"/> of the directory that holds it.
/// </summary>
public interface IFileSystem
{
    /// <summary>Opens a file for reading and writing; it must exist.</summary>
    ILogFile Open(string path);

    /// <summary>Opens a file for reading and writing, creating it when it is absent.</summary>
    ILogFile OpenOrCreate(string path);

    bool FileExists(string path);

    bool DirectoryExists(string path);

    /// <summary>Names, not paths, of the files in a directory, in no particular order.</summary>
    IReadOnlyList<string> FileNames(string directory);

    IReadOnlyList<string> DirectoryNames(string directory);

    DateTimeOffset LastWritten(string path);

    /// <summary>How many bytes may still be written where a directory lies; a disk that does not say is never
    /// full.</summary>
    long AvailableBytes(string directory) => long.MaxValue;

    void CreateDirectory(string path);

    /// <summary>Renames a file, replacing what stands at the new name.</summary>
    void MoveFile(string from, string to);

    void MoveDirectory(string from, string to);

    /// <summary>Deletes a file; nothing happens when it is absent.</summary>
    void DeleteFile(string path);

    /// <summary>Deletes a directory with all it holds; nothing happens when it is absent.</summary>
    void DeleteDirectory(string path);

    void FlushDirectory(string path);

    /// <summary>Takes a lock file for this process; an <see cref="IOException"/> when another holds it.</summary>
    IDisposable Lock(string path);
}
