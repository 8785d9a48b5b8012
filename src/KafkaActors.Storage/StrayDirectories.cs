using KafkaActors.Protocol;
using KafkaActors.Storage.Checkpoints;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage;

/// <summary>
/// The partitions in a data directory that were set aside because nothing explains them. Each keeps its files as they
/// are under a name of its own (<see cref="StrayName"/>), until it is removed by time or by a person, or put back
/// because the metadata explains it after all. Safe from any thread; its methods wait for the disk.
/// </summary>
public sealed class StrayDirectories
{
    private readonly LogServices _services;
    private readonly LogDeletion _deletion;
    private readonly string _root;
    private readonly DateTimeOffset _openedAt;

    internal StrayDirectories(LogServices services, LogDeletion deletion, string root)
    {
        _services = services;
        _deletion = deletion;
        _root = root;
        _openedAt = services.Time.GetUtcNow();
    }

    private IFileSystem Files => _services.Files;

    /// <summary>None when the data directory cannot be read, which others find out and say.</summary>
    public IReadOnlyList<StrayPartition> Find()
    {
        var found = new List<StrayPartition>();
        try
        {
            foreach (string directory in Files.DirectoryNames(_root))
                if (Get(directory) is { } stray) found.Add(stray);
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            return [];
        }
        return found;
    }

    /// <summary>Null when the directory is no stray, or has gone meanwhile.</summary>
    public StrayPartition? Get(string directory)
    {
        if (!StrayName.TryParse(directory, out StrayName name)) return null;
        try
        {
            TopicId? topic = PartitionMetadataFile.Read(
                Files, Path.Combine(_root, directory, LogFileNames.PartitionMetadata));
            return new StrayPartition(directory, name.Partition, topic, name.SetAsideAt ?? _openedAt);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Of all its files; 0 when it has gone meanwhile.</summary>
    public long SizeOf(string directory)
    {
        string path = Path.Combine(_root, directory);
        try
        {
            return Files.DirectoryExists(path)
                ? Files.FileNames(path).Sum(file => LengthOf(Path.Combine(path, file)))
                : 0;
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            return 0;
        }
    }

    /// <summary>Gives a stray its partition's name again, which must be free; on the disk on return.</summary>
    public void PutBack(string directory, TopicPartition name)
    {
        Files.MoveDirectory(Path.Combine(_root, directory), Path.Combine(_root, name.ToString()));
        Files.FlushDirectory(_root);
    }

    /// <summary>
    /// Removes strays. They are renamed on return, their files go soon after; the names of those that were there.
    /// </summary>
    public IReadOnlyList<string> Remove(IEnumerable<string> directories)
    {
        var removed = new List<string>();
        foreach (string directory in directories)
        {
            if (!StrayName.TryParse(directory, out StrayName name)) continue;
            string source = Path.Combine(_root, directory);
            if (!Files.DirectoryExists(source)) continue;
            string target = LogFileNames.ForDeletion(name.Partition, Guid.NewGuid());
            Files.MoveDirectory(source, Path.Combine(_root, target));
            _deletion.Schedule(target, TimeSpan.Zero, Task.CompletedTask);
            removed.Add(directory);
        }
        if (removed.Count > 0) Files.FlushDirectory(_root);
        return removed;
    }

    private long LengthOf(string path)
    {
        using ILogFile file = Files.Open(path);
        return file.Length;
    }
}
