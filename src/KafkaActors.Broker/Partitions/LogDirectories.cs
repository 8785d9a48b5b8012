using Akka.Event;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// The data directories of this node, and which of them holds which partition. A partition that is nowhere goes to the
/// directory with the fewest. Its methods wait for disks: they run on the pools for recovery and maintenance,
/// side by side for different partitions.
/// </summary>
internal sealed class LogDirectories
{
    private readonly Lock _lock = new();
    private readonly IReadOnlyList<LogDirectory> _directories;
    private readonly int[] _counts;
    private readonly HashSet<LogDirectory> _short = [];
    private bool _isScanned;
    /// <summary>What was on the disk at the start and was not opened since: by name, one for each directory.</summary>
    private readonly Dictionary<TopicPartition, List<Leftover>> _leftovers = [];

    public LogDirectories(IReadOnlyList<LogDirectory> directories, StrayPartitions strays)
    {
        _directories = directories;
        Strays = strays;
        _counts = new int[directories.Count];
    }

    public IReadOnlyList<LogDirectory> All => _directories;

    public StrayPartitions Strays { get; }

    /// <summary>
    /// Finds the directory for a partition's log. What another topic of the same name has left there goes first: it is
    /// deleted if that topic was, and set aside if nothing is known of it.
    /// </summary>
    /// <returns>The directory's index.</returns>
    public async Task<int> PlaceAsync(TopicPartition name, TopicId id, Func<TopicId, bool> isKnownDeleted)
    {
        int index = Place(name, id) ?? PutBack(name, id) ?? PlaceNew();
        LogDirectory directory = _directories[index];
        if (directory.TopicIdOf(name) is { } other && other != id)
        {
            TakeLeftover(name, index);
            Withdrawal how = isKnownDeleted(other) ? Withdrawal.Delete : Withdrawal.SetAside;
            await WithdrawAsync(index, how, () => directory.WithdrawAsync([name], how)).ConfigureAwait(false);
        }

        return index;
    }

    /// <summary>Opens, and recovers, the log of a partition, or makes it.</summary>
    public OpenedLog Open(int index, TopicPartition name, TopicId id, LogConfig config) =>
        new(index, _directories[index].OpenLog(name, id, config));

    /// <summary>The logs' names are free again when the task ends, but for those with a fault.</summary>
    public async Task<IReadOnlyList<WithdrawnPartition>> WithdrawAsync(IReadOnlyList<LeavingLog> leaving)
    {
        IEnumerable<Task<IReadOnlyList<WithdrawnPartition>>> withdrawals = leaving
            .GroupBy(one => (one.Opened.Directory, one.How))
            .Select(group => WithdrawAsync(
                group.Key.Directory,
                group.Key.How,
                () => _directories[group.Key.Directory].WithdrawAsync(
                    [.. group.Select(one => one.Opened.Log)], group.Key.How)));
        return [.. (await Task.WhenAll(withdrawals).ConfigureAwait(false)).SelectMany(withdrawn => withdrawn)];
    }

    /// <summary>
    /// Deals with what was on the disk at the start and nobody asked for: deletes what was deleted while this node was
    /// down, and sets aside what the metadata does not explain. Called once all logs of the current metadata are open.
    /// A directory that does not say whose it is, is left alone, unless nothing was begun in it: it may not be a
    /// partition at all.
    /// </summary>
    /// <returns>How many were deleted.</returns>
    public async Task<int> SettleLeftoversAsync(Func<TopicId, bool> isKnownDeleted)
    {
        Leftover[] all = TakeLeftovers();
        foreach (Leftover unknown in all.Where(one => one.TopicId is null)) RemoveUnbegun(unknown);
        Leftover[] leftovers = [.. all.Where(one => one.TopicId is not null)];
        foreach (var group in leftovers.GroupBy(one => (
            one.Index, How: isKnownDeleted(one.TopicId!.Value) ? Withdrawal.Delete : Withdrawal.SetAside)))
        {
            TopicPartition[] names = [.. group.Select(one => one.Name)];
            (int index, Withdrawal how) = group.Key;
            await WithdrawAsync(index, how, () => _directories[index].WithdrawAsync(names, how)).ConfigureAwait(false);
        }

        return leftovers.Count(one => isKnownDeleted(one.TopicId!.Value));
    }

    /// <summary>Asks each disk how much is free, and says when that begins or ceases to be too little.</summary>
    public void LookForRoom(ILoggingAdapter log)
    {
        foreach (LogDirectory directory in _directories)
        {
            directory.LookForRoom();
            bool isShort = !directory.HasRoom;
            lock (_lock)
            {
                if (isShort == _short.Contains(directory)) continue;
                if (!_short.Remove(directory)) _short.Add(directory);
            }

            if (isShort)
                log.Warning(
                    "The disk of {0} is full but for log.reserve.bytes: records are refused until there is room. "
                    + "Delete topics or records, or make room on the disk.", directory.DirectoryPath);
            else log.Info("The disk of {0} has room again: records are taken.", directory.DirectoryPath);
        }
    }

    /// <summary>What recovery has checked since the start.</summary>
    public long BytesChecked => _directories.Sum(directory => directory.BytesChecked);

    /// <summary>What it had to check at the start. Looks at the files.</summary>
    public long BytesToCheck() => _directories.Sum(directory => directory.BytesToCheck());

    public void WriteCheckpoints()
    {
        foreach (LogDirectory directory in _directories) directory.WriteCheckpoints();
    }

    private async Task<IReadOnlyList<WithdrawnPartition>> WithdrawAsync(
        int index, Withdrawal how, Func<Task<IReadOnlyList<WithdrawnPartition>>> withdraw)
    {
        IReadOnlyList<WithdrawnPartition> withdrawn = await withdraw().ConfigureAwait(false);
        lock (_lock) _counts[index] -= withdrawn.Count;
        if (how == Withdrawal.SetAside) Strays.Note(_directories[index], withdrawn);
        return withdrawn;
    }

    /// <summary>
    /// Looks through the directories, once, before anything is placed in them: ten thousand partitions on a cold disk
    /// take their time, on a thread that may wait for it. Under the lock.
    /// </summary>
    private void Scan()
    {
        if (_isScanned) return;
        Array.Clear(_counts);
        _leftovers.Clear();
        for (int index = 0; index < _directories.Count; index++)
        {
            foreach (PartitionDirectory found in _directories[index].Find())
            {
                _counts[index]++;
                if (!_leftovers.TryGetValue(found.Name, out List<Leftover>? places))
                    _leftovers.Add(found.Name, places = []);
                places.Add(new Leftover(index, found.Name, found.TopicId));
            }
        }

        _isScanned = true;
    }

    /// <summary>Where the partition lies; a directory that does not say whose it is counts as its own.</summary>
    private int? Place(TopicPartition name, TopicId id)
    {
        lock (_lock)
        {
            Scan();
            if (!_leftovers.TryGetValue(name, out List<Leftover>? places)) return null;
            Leftover? own = places.Find(place => place.TopicId == id) ?? places.Find(place => place.TopicId is null);
            if (own is null) return null;
            places.Remove(own);
            return own.Index;
        }
    }

    private int? PutBack(TopicPartition name, TopicId id)
    {
        if (Strays.PutBack(new TopicIdPartition(id, name.Partition), name) is not { } directory) return null;
        int index = _directories.TakeWhile(one => one != directory).Count();
        lock (_lock) _counts[index]++;
        return index;
    }

    private int PlaceNew()
    {
        lock (_lock)
        {
            int least = Array.IndexOf(_counts, _counts.Min());
            _counts[least]++;
            return least;
        }
    }

    private void RemoveUnbegun(Leftover unknown)
    {
        if (!_directories[unknown.Index].RemoveUnbegun(unknown.Name)) return;
        lock (_lock) _counts[unknown.Index]--;
    }

    private void TakeLeftover(TopicPartition name, int index)
    {
        lock (_lock)
            if (_leftovers.TryGetValue(name, out List<Leftover>? places)) places.RemoveAll(one => one.Index == index);
    }

    private Leftover[] TakeLeftovers()
    {
        lock (_lock)
        {
            Scan();
            Leftover[] leftovers = [.. _leftovers.Values.SelectMany(places => places)];
            _leftovers.Clear();
            return leftovers;
        }
    }

    private sealed record Leftover(int Index, TopicPartition Name, TopicId? TopicId);
}
