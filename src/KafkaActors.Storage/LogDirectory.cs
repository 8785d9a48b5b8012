using System.Globalization;
using KafkaActors.Protocol;
using KafkaActors.Storage.Checkpoints;
using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// One data directory: the lock that makes it this process's own, its identity, its checkpoints, its logs and the two
/// threads that work for them. Owned by the node; all members are safe from any thread.
/// Open files: one for the active segment of each open log, and up to
/// <see cref="LogDirectoryOptions.IdleOpenSegments"/> for sealed segments between reads.
/// Idle, it costs no timer and wakes no thread.
/// An existing directory stays as it is, byte for byte, until it is begun with: until then it may turn out to be
/// another cluster's.
/// </summary>
public sealed class LogDirectory : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly LogDirectoryOptions _options;
    private readonly LogServices _services;
    private readonly PartitionRenames _renames;
    private readonly LogDeletion _deletion;
    private readonly IDisposable _lock;
    private readonly Dictionary<TopicPartition, PartitionLog> _logs = [];
    private readonly HashSet<TopicPartition> _recovered = [];
    private bool _isBegun;
    private bool _disposed;

    private LogDirectory(
        LogDirectoryOptions options, DiskSpace space, IDisposable directoryLock, MetaProperties meta)
    {
        _options = options;
        _lock = directoryLock;
        Meta = meta;
        WasCleanShutdown = Files.FileExists(PathOf(LogFileNames.CleanShutdown));
        _services = new LogServices(options, space);
        _renames = new PartitionRenames(_services, options.Path);
        _deletion = new LogDeletion(_services, options.Path);
        Strays = new StrayDirectories(_services, _deletion, options.Path);
    }

    public string DirectoryPath => _options.Path;

    /// <summary>Whose directory this is, as it was found or last saved.</summary>
    public MetaProperties Meta { get; private set; }

    /// <summary>Whether the process that had the directory before closed it in order.</summary>
    public bool WasCleanShutdown { get; }

    /// <summary>What was set aside in this directory.</summary>
    public StrayDirectories Strays { get; }

    /// <summary>
    /// The disk, for what else lies in the directory: what is written there may use the reserve when the disk is full.
    /// </summary>
    public IFileSystem Files => _options.Files;

    /// <summary>Whether records may be accepted, see <see cref="DiskSpace"/>.</summary>
    public bool HasRoom => _services.Space.HasRoom;

    /// <summary>Asks the disk how much is free: others write to it, or make room.</summary>
    public void LookForRoom() => _services.Space.Look();

    /// <summary>
    /// The directory is this node's in this cluster: from here on it is written to. It counts as not closed in order,
    /// and what a former process had deleted is removed first, for that needs no room. Whatever writes does this by
    /// itself; a second time does nothing.
    /// </summary>
    public void Begin()
    {
        lock (_gate)
        {
            if (_isBegun) return;
            Files.DeleteFile(PathOf(LogFileNames.CleanShutdown));
            Files.FlushDirectory(_options.Path);
            _isBegun = true;
        }
        foreach (LogDamage damage in _services.Checkpoints.Broken()) _options.Observer?.Damaged(damage);
        _deletion.RemoveLeftovers(wait: !HasRoom);
        _services.Space.BeginReserving();
    }

    /// <summary>
    /// Takes the directory for this process, creating it when it is absent. A <see cref="LogDirectoryException"/> when
    /// another process has it, when it belongs to another node or cluster, or when it cannot be used at all.
    /// </summary>
    public static LogDirectory Open(LogDirectoryOptions options)
    {
        string path = Path.GetFullPath(options.Path);
        var space = new DiskSpace(options.Files, path, options.ReserveBytes);
        options = options with { Path = path, Files = new ReservingFileSystem(options.Files, space) };
        IDisposable directoryLock = DirectoryIdentity.TakeLock(options);
        try
        {
            space.Look();
            MetaProperties? found = DirectoryIdentity.Identify(options);
            var directory = new LogDirectory(
                options, space, directoryLock, found ?? DirectoryIdentity.Write(options));
            if (found?.ClusterId is null) directory.Begin();
            return directory;
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            directoryLock.Dispose();
            throw new LogDirectoryException(
                $"{options.Path}: {e.Message}; make the directory readable and writable", e);
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
        Begin();
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

    /// <summary>What was checked so far of the logs that were opened.</summary>
    public long BytesChecked => _options.Recovery.BytesChecked;

    /// <summary>
    /// What opening all its logs will have to check; nothing after a clean shutdown. Looks at the files.
    /// </summary>
    public long BytesToCheck() => WasCleanShutdown
        ? 0
        : Find().Sum(found => SegmentCheck.BytesToCheck(
            Files, PathOf(found.Name.ToString()), _services.Checkpoints.Of(found.Name).Flushed));

    /// <summary>
    /// Opens a partition's log, creating it when it is absent and recovering it after an unclean shutdown; what was
    /// recovered is on the disk on return. Logs of different partitions may be opened at the same time. A log that is
    /// corrupt below its recovery point opens offline, see <see cref="PartitionLog.Failure"/>. A
    /// <see cref="LogDirectoryException"/> when the directory holds another topic's partition or cannot be read.
    /// </summary>
    public PartitionLog OpenLog(TopicPartition name, TopicId topicId, LogConfig config)
    {
        string path = PathOf(name.ToString());
        if (LogFileNames.IsOwn(name))
            throw new LogDirectoryException(
                $"{path} is the node's own, not the directory of a partition of topic {name.Topic}");
        Begin();
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_logs.ContainsKey(name)) throw new InvalidOperationException($"the log of {name} is open already");
        }
        try
        {
            PrepareDirectory(path, name, topicId);
            LogOffsets at = _services.Checkpoints.Of(name);
            bool mayHaveGaps = config.CleanupPolicy.HasFlag(CleanupPolicy.Compact)
                || _services.Checkpoints.MayHaveGaps(name);
            var damages = new LogDamages(_services, path);
            var recovery = new LogRecovery(_services, path, config, at, mayHaveGaps, IsTrusted(name), damages);
            LoadedLog loaded = recovery.Load();
            var log = new PartitionLog(_services, path, name, topicId, config, loaded, damages);
            log.State.Flusher.FlushRecovered();
            if (log.Failure is null)
            {
                damages.IsOnline();
                new RotFinder(log.State).LookAgain(log.View);
            }
            if (loaded.IsLogStartRepaired) _services.Checkpoints.SaveLogStart(log, log.LogStartOffset);
            lock (_gate) _logs.Add(name, log);
            return log;
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            string remedy = FullDisk.Is(e)
                ? "make room on the disk and restart the node"
                : "check the disk and the directory's permissions";
            throw new LogDirectoryException($"{path}: {e.Message}; {remedy}", e);
        }
    }

    /// <summary>
    /// Removes a partition's directory in which nothing was begun: a kill came between its creation and the file that
    /// says whose it is. False when there is anything else in it, or it does not exist.
    /// </summary>
    public bool RemoveUnbegun(TopicPartition name)
    {
        const string Unfinished = LogFileNames.PartitionMetadata + LogFileNames.Temporary;
        string path = PathOf(name.ToString());
        Begin();
        bool isUnbegun = Files.DirectoryExists(path)
            && Files.DirectoryNames(path).Count == 0
            && Files.FileNames(path).All(file => file == Unfinished);
        if (isUnbegun) Files.DeleteDirectory(path);
        return isUnbegun;
    }

    /// <summary>Whose the directory of a partition's name is; null when there is none, or it does not say.</summary>
    public TopicId? TopicIdOf(TopicPartition name) =>
        PartitionMetadataFile.Read(Files, PathOf(Path.Combine(name.ToString(), LogFileNames.PartitionMetadata)));

    /// <summary>
    /// Takes logs out of use: refused to writers and readers at once, their directories renamed when the task ends so
    /// that a restart does not find them. What is deleted is removed after <c>file.delete.delay.ms</c> when no running
    /// read uses it.
    /// </summary>
    public async Task<IReadOnlyList<WithdrawnPartition>> WithdrawAsync(
        IReadOnlyCollection<PartitionLog> logs, Withdrawal how)
    {
        lock (_gate)
            foreach (PartitionLog log in logs) _logs.Remove(log.Name);
        foreach (PartitionLog log in logs) log.State.Close(ErrorCode.UnknownTopicOrPartition);
        await Task.WhenAll(logs.Select(log => log.State.Cleaning.EndAsync())).ConfigureAwait(false);
        return await WithdrawAsync(
            [.. logs.Select(log => (log.Name, log.View.Segments, log.Config.FileDeleteDelay))], how)
            .ConfigureAwait(false);
    }

    /// <summary>The same for partitions' directories that no log is open for.</summary>
    public Task<IReadOnlyList<WithdrawnPartition>> WithdrawAsync(
        IReadOnlyCollection<TopicPartition> names, Withdrawal how)
    {
        lock (_gate)
        {
            foreach (TopicPartition name in names)
                if (_logs.ContainsKey(name)) throw new InvalidOperationException($"the log of {name} is open");
        }
        return WithdrawAsync([.. names.Select(name => (name, Array.Empty<LogSegment>(), TimeSpan.Zero))], how);
    }

    /// <summary>
    /// Writes the recovery points, high watermarks and log start offsets of all logs, where they changed.
    /// </summary>
    public void WriteCheckpoints()
    {
        PartitionLog[] logs;
        lock (_gate)
        {
            if (!_isBegun) return;
            logs = [.. _logs.Values];
        }
        _services.Checkpoints.Write(logs);
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
        await Task.WhenAll(logs.Select(log => log.State.Cleaning.EndAsync())).ConfigureAwait(false);
        // The fsyncs of a thousand logs take their time: not on a thread of the pool.
        await Task.Factory.StartNew(
            () => Close(logs), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private async Task<IReadOnlyList<WithdrawnPartition>> WithdrawAsync(
        IReadOnlyList<(TopicPartition Name, LogSegment[] Segments, TimeSpan Delay)> partitions, Withdrawal how)
    {
        Begin();
        DateTimeOffset now = _options.Time.GetUtcNow();
        PartitionRename[] renames = [.. partitions.Select(one => new PartitionRename(
            one.Name,
            how == Withdrawal.Delete
                ? LogFileNames.ForDeletion(one.Name, Guid.NewGuid())
                : StrayName.For(one.Name, now),
            one.Segments))];
        IReadOnlyDictionary<TopicPartition, Exception> faults = await _renames.Begin(renames).ConfigureAwait(false);
        if (how == Withdrawal.Delete)
        {
            foreach ((PartitionRename rename, (_, _, TimeSpan delay)) in renames.Zip(partitions))
                if (!faults.ContainsKey(rename.Name))
                    _deletion.Schedule(rename.Target, HasRoom ? delay : TimeSpan.Zero, rename.Released);
        }
        return [.. renames.Select(rename => new WithdrawnPartition(
            rename.Name, rename.Target, faults.GetValueOrDefault(rename.Name)))];
    }

    private string PathOf(string name) => Path.Combine(_options.Path, name);

    /// <summary>Whether a log is as a clean shutdown left it: only until it is opened for the first time.</summary>
    private bool IsTrusted(TopicPartition name)
    {
        lock (_gate) return _recovered.Add(name) && WasCleanShutdown;
    }

    private void PrepareDirectory(string path, TopicPartition name, TopicId topicId)
    {
        string metadata = Path.Combine(path, LogFileNames.PartitionMetadata);
        if (!Files.DirectoryExists(path))
        {
            _services.Checkpoints.BeginAnew(name);
            Files.CreateDirectory(path);
            PartitionMetadataFile.Write(Files, metadata, topicId);
            Files.FlushDirectory(_options.Path);
            return;
        }
        TopicId? found = PartitionMetadataFile.Read(Files, metadata);
        if (found is null)
        {
            // Kafka before 2.8 wrote none; one that cannot be read may have named another topic.
            if (Files.FileExists(metadata))
            {
                throw new LogDirectoryException(
                    $"{metadata} cannot be read; write the lines \"version: 0\" and \"topic_id: {topicId}\" into it if "
                    + "the directory is this topic's, or remove the directory");
            }
            PartitionMetadataFile.Write(Files, metadata, topicId);
        }
        else if (found != topicId)
        {
            throw new LogDirectoryException(
                $"{path} belongs to topic id {found}, not {topicId}; delete the stray directory");
        }
    }

    private void Close(PartitionLog[] logs)
    {
        bool clean = true;
        foreach (PartitionLog log in logs) clean &= LogClosing.Close(log.State);
        _services.Dispose();
        if (_isBegun) Leave(logs, clean);
        _lock.Dispose();
    }

    private void Leave(PartitionLog[] logs, bool clean)
    {
        try
        {
            _services.Checkpoints.Write(logs);
            if (clean && AllRecovered())
                WholeFile.WriteText(Files, PathOf(LogFileNames.CleanShutdown), CleanShutdownText(), durable: true);
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            LeaveUnclean(e);
        }
    }

    private void LeaveUnclean(Exception fault)
    {
        _options.Observer?.Damaged(new LogDamage
        {
            Kind = LogDamageKind.Unfinished,
            Path = _options.Path,
            What = $"the directory could not be closed in order: {fault.Message}",
            Outcome = "it counts as not closed, and the next start checks its logs",
            Remedy = "check the disk",
        });
        try
        {
            Files.DeleteFile(PathOf(LogFileNames.CleanShutdown));
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            // Where no file can be deleted none was made.
        }
    }

    private string CleanShutdownText() =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"version\":0,\"brokerEpoch\":{Meta.BrokerEpoch.Value}}}");

    /// <summary>Whether no partition on the disk is still as an unclean shutdown left it.</summary>
    private bool AllRecovered()
    {
        if (WasCleanShutdown) return true;
        lock (_gate) return Find().All(partition => _recovered.Contains(partition.Name));
    }
}
