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
    /// <summary>What was on the disk at the start and was not opened since.</summary>
    private readonly Dictionary<TopicPartition, (int Index, PartitionDirectory Found)> _found = [];


    public LogDirectories(IReadOnlyList<LogDirectory> directories)
    {
        _directories = directories;
        _counts = new int[directories.Count];
        for (int index = 0; index < directories.Count; index++)
        {
            foreach (PartitionDirectory found in directories[index].Find())
            {
                _counts[index]++;
                _found[found.Name] = (index, found);
            }
        }
    }

    /// <summary>
    /// Opens, and recovers, the log of a partition, or makes it. What a deleted topic of the same name has left on the
    /// disk goes first: it was deleted while this node was down.
    /// </summary>
    public async Task<OpenedLog> OpenAsync(TopicPartition name, TopicId id, LogConfig config)
    {
        (int index, TopicId? found) = Place(name);
        if (found is { } stray && stray != id)
        {
            await _directories[index].DeleteStrayAsync(name, TimeSpan.Zero).ConfigureAwait(false);
        }

        return new OpenedLog(index, _directories[index].OpenLog(name, id, config));
    }

    /// <summary>The log's name is free again when the task ends.</summary>
    public Task DeleteAsync(OpenedLog opened)
    {
        lock (_lock)
        {
            _counts[opened.Directory]--;
        }

        return _directories[opened.Directory].DeleteLogAsync(opened.Log);
    }

    /// <summary>
    /// Deletes what was on the disk at the start and nobody asked for: partitions that were deleted or moved away
    /// while this node was down. Called once all logs of the current metadata are open.
    /// </summary>
    /// <returns>How many there were.</returns>
    public async Task<int> DeleteStraysAsync()
    {
        (TopicPartition Name, int Index)[] strays;
        lock (_lock)
        {
            strays = [.. _found.Values.Where(found => found.Found.TopicId is not null)
                .Select(found => (found.Found.Name, found.Index))];
            _found.Clear();
            foreach ((_, int index) in strays) _counts[index]--;
        }

        foreach ((TopicPartition name, int index) in strays)
            await _directories[index].DeleteStrayAsync(name, TimeSpan.Zero).ConfigureAwait(false);
        return strays.Length;
    }

    public void WriteCheckpoints()
    {
        foreach (LogDirectory directory in _directories) directory.WriteCheckpoints();
    }

    private (int Index, TopicId? Found) Place(TopicPartition name)
    {
        lock (_lock)
        {
            if (_found.Remove(name, out var existing)) return (existing.Index, existing.Found.TopicId);
            int least = Array.IndexOf(_counts, _counts.Min());
            _counts[least]++;
            return (least, null);
        }
    }
}
