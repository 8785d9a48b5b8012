using KafkaActors.Protocol;
using KafkaActors.Storage.Checkpoints;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage;

/// <summary>
/// One data directory: the lock that makes it this process's own, its identity, its checkpoints, its logs and the two
/// threads that work for them. Owned by the node; all members are safe from any thread.
/// </summary>
public sealed class LogDirectory : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly LogDirectoryOptions _options;
    private readonly LogServices _services;
    private readonly IDisposable _lock;
    private readonly DirectoryCheckpoints _checkpoints;
    private readonly Dictionary<TopicPartition, PartitionLog> _logs = [];
    private bool _disposed;

    private LogDirectory(LogDirectoryOptions options, IDisposable directoryLock, MetaProperties meta)
    {
        _options = options;
        _lock = directoryLock;
        Meta = meta;
        _services = new LogServices(options.Files, options.Time, options.Observer, options.IdleOpenSegments, options.Path);
        _checkpoints = new DirectoryCheckpoints(options.Files, options.Path);
        string marker = PathOf(LogFileNames.CleanShutdown);
        WasCleanShutdown = Files.FileExists(marker);
        Files.DeleteFile(marker);
        Files.FlushDirectory(options.Path);
    }

    public string DirectoryPath => _options.Path;

    /// <summary>Whose directory this is, as it was found or last saved.</summary>
    public MetaProperties Meta { get; private set; }

    /// <summary>Whether the process that had the directory before closed it in order.</summary>
    public bool WasCleanShutdown { get; }

    private IFileSystem Files => _options.Files;

    /// <summary>
    /// Takes the directory for this process, creating it when it is absent. A <see cref="LogDirectoryException"/> when
    /// another process has it, when it belongs to another node or cluster, or when it cannot be used at all.
    /// </summary>
    public static LogDirectory Open(LogDirectoryOptions options)
    {
        IDisposable directoryLock = TakeLock(options);
        try
        {
            return new LogDirectory(options, directoryLock, Identify(options));
        }
        catch (Exception e) when (PartitionLog.IsDiskFault(e))
        {
            directoryLock.Dispose();
            throw new LogDirectoryException($"{options.Path}: {e.Message}; make the directory readable and writable", e);
        }
        catch (LogDirectoryException)
        {
            directoryLock.Dispose();
            throw;
        }
    }

    /// <summary>Replaces <c>meta.properties</c>; on the disk on return.</summary>
    public void SaveMeta(MetaProperties meta)
    {
        lock (_gate)
        {
            MetaPropertiesFile.Write(Files, PathOf(LogFileNames.MetaProperties), meta);
            Meta = meta;
        }
    }

    /// <summary>The partitions on the disk, whether their logs are open or not.</summary>
    public IReadOnlyList<PartitionDirectory> Find()
    {
        var found = new List<PartitionDirectory>();
        foreach (string name in Files.DirectoryNames(_options.Path))
        {
            if (!LogFileNames.TryParsePartition(name, out TopicPartition partition)) continue;
            string metadata = Path.Combine(_options.Path, name, LogFileNames.PartitionMetadata);
            found.Add(new PartitionDirectory(partition, PartitionMetadataFile.Read(Files, metadata)));
        }
        return found;
    }

    /// <summary>
    /// Opens a partition's log, creating it when it is absent and recovering it after an unclean shutdown. Logs of
    /// different partitions may be opened at the same time. A <see cref="LogDirectoryException"/> when the directory
    /// holds another topic's partition under that name, or cannot be read.
    /// </summary>
    public PartitionLog OpenLog(TopicPartition name, TopicId topicId, LogConfig config)
    {
        string path = PathOf(name.ToString());
        try
        {
            PrepareDirectory(path, topicId);
            LogOffsets checkpoints = _checkpoints.Of(name);
            var recovery = new LogRecovery(_services, path, config, checkpoints, WasCleanShutdown && !WasOpened(name));
            var log = new PartitionLog(_services, path, name, topicId, config, recovery.Load());
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (!_logs.TryAdd(name, log)) throw new InvalidOperationException($"the log of {name} is open already");
            }
            return log;
        }
        catch (Exception e) when (PartitionLog.IsDiskFault(e))
        {
            throw new LogDirectoryException($"{path}: {e.Message}; check the disk and the directory's permissions", e);
        }
    }

    /// <summary>Writes the recovery points, high watermarks and log start offsets of all logs, where they changed.</summary>
    public void WriteCheckpoints()
    {
        PartitionLog[] logs;
        lock (_gate) logs = [.. _logs.Values];
        _checkpoints.Write(logs);
    }

    /// <summary>
    /// Shuts down in order: flushes every log, writes the checkpoints and the marker that lets the next start skip
    /// recovery, gives up the lock. A directory with a failed log gets no marker.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        PartitionLog[] logs;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            logs = [.. _logs.Values];
        }
        await Task.Factory.StartNew(
            () => Close(logs), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    private static IDisposable TakeLock(LogDirectoryOptions options)
    {
        try
        {
            options.Files.CreateDirectory(options.Path);
            return options.Files.Lock(Path.Combine(options.Path, LogFileNames.Lock));
        }
        catch (Exception e) when (PartitionLog.IsDiskFault(e))
        {
            bool usable = options.Files.DirectoryExists(options.Path);
            throw new LogDirectoryException(
                usable
                    ? $"{options.Path} is in use by another process; stop it, or give this node a directory of its own"
                    : $"{options.Path} cannot be created: {e.Message}; give a directory that this user may write to",
                e);
        }
    }

    private static MetaProperties Identify(LogDirectoryOptions options)
    {
        string path = Path.Combine(options.Path, LogFileNames.MetaProperties);
        if (MetaPropertiesFile.Read(options.Files, path) is not { } meta)
        {
            meta = new MetaProperties(options.ClusterId, options.NodeId, DirectoryId.NewRandom(), BrokerEpoch.None, null);
            MetaPropertiesFile.Write(options.Files, path, meta);
            return meta;
        }
        if (meta.NodeId != options.NodeId)
            throw new LogDirectoryException($"{options.Path} belongs to node {meta.NodeId}, this is node {options.NodeId}; set node.id to {meta.NodeId} or give another directory");
        if (meta.ClusterId is { } cluster && options.ClusterId is { } own && cluster != own)
            throw new LogDirectoryException($"{options.Path} belongs to cluster {cluster}, this node to {own}; give another directory or join that cluster");
        return meta;
    }

    private string PathOf(string name) => Path.Combine(_options.Path, name);

    private bool WasOpened(TopicPartition name)
    {
        lock (_gate) return _logs.ContainsKey(name);
    }

    private void PrepareDirectory(string path, TopicId topicId)
    {
        string metadata = Path.Combine(path, LogFileNames.PartitionMetadata);
        if (!Files.DirectoryExists(path))
        {
            Files.CreateDirectory(path);
            PartitionMetadataFile.Write(Files, metadata, topicId);
            Files.FlushDirectory(_options.Path);
            return;
        }
        TopicId? found = PartitionMetadataFile.Read(Files, metadata);
        if (found is null) PartitionMetadataFile.Write(Files, metadata, topicId);
        else if (found != topicId)
            throw new LogDirectoryException($"{path} belongs to topic id {found}, not {topicId}; delete the stray directory first");
    }

    private void Close(PartitionLog[] logs)
    {
        bool clean = true;
        foreach (PartitionLog log in logs) clean &= log.Close();
        _services.Dispose();
        try
        {
            _checkpoints.Write(logs);
            if (clean && AllRecovered(logs))
                WholeFile.WriteText(Files, PathOf(LogFileNames.CleanShutdown), "{\"version\":0}", durable: true);
        }
        catch (Exception e) when (PartitionLog.IsDiskFault(e))
        {
            // Without the marker the next start recovers; the disk's fault was reported by the logs that met it.
        }
        _lock.Dispose();
    }

    /// <summary>Whether no partition on the disk is still as an unclean shutdown left it.</summary>
    private bool AllRecovered(PartitionLog[] logs)
    {
        if (WasCleanShutdown) return true;
        var open = logs.Select(log => log.Name).ToHashSet();
        return Find().All(partition => open.Contains(partition.Name));
    }
}
