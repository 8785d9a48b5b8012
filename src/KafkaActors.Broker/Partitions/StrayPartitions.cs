using Akka.Event;
using KafkaActors.Broker.Controller;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// What lies in the data directories and no committed metadata explains: a damaged or older copy of the metadata log
/// looks the same as a topic that is gone, so nothing of it is deleted on a guess. It is set aside, said at WARN, kept
/// for <c>log.stray.retention.ms</c>, and put back when the metadata does explain it. Safe from any thread; all of it
/// waits for the disk.
/// </summary>
internal sealed class StrayPartitions(
    IReadOnlyList<LogDirectory> directories, TimeSpan retention, TimeProvider clock, ILoggingAdapter log)
{
    /// <summary>A damaged metadata log leaves thousands: the rest is told as one sum, and listed by log-dirs.</summary>
    private const int MaxLinesAtOnce = 20;

    private readonly Lock _lock = new();
    private Dictionary<TopicIdPartition, KeptStray>? _byId;

    /// <summary>Every stray on the disk, without its size.</summary>
    public IEnumerable<KeptStray> All => directories.SelectMany(
        directory => directory.Strays.Find().Select(stray => new KeptStray(directory, stray, retention)));

    /// <summary>Says what was set aside; its former name is free.</summary>
    public void Note(LogDirectory directory, IEnumerable<WithdrawnPartition> withdrawn)
    {
        int lines = 0;
        (int More, long Bytes) rest = default;
        foreach (WithdrawnPartition one in withdrawn)
        {
            if (one.Fault is not null || directory.Strays.Get(one.Directory) is not { } stray) continue;
            var kept = new KeptStray(directory, stray, retention);
            Remember(kept);
            if (++lines <= MaxLinesAtOnce) Say(one, kept);
            else rest = (rest.More + 1, rest.Bytes + kept.SizeInBytes);
        }

        if (rest.More == 0) return;
        log.Warning(
            "{0} more partitions in {1}, {2} bytes, were set aside for the same reason; "
            + "log-dirs --describe lists them.",
            rest.More, directory.DirectoryPath, rest.Bytes);
    }

    /// <summary>
    /// Gives a stray its name again when the metadata has come to explain it; the directory that has it, else null.
    /// </summary>
    public LogDirectory? PutBack(TopicIdPartition id, TopicPartition name)
    {
        if (!TryTake(id, out KeptStray? kept)) return null;
        kept!.Directory.Strays.PutBack(kept.Stray.Directory, name);
        log.Info(
            "{0} in {1} is called {2} again: the metadata explains it.",
            kept.Stray.Directory, kept.Directory.DirectoryPath, name);
        return kept.Directory;
    }

    /// <summary>Removes what has been kept for long enough.</summary>
    public void RemoveExpired()
    {
        DateTimeOffset now = clock.GetUtcNow();
        Remove(kept => kept.KeptUntil <= now, "was kept for log.stray.retention.ms");
    }

    /// <summary>Removes strays at a person's word; what was removed, with its size.</summary>
    public IReadOnlyList<(KeptStray Stray, long SizeInBytes)> Remove(Func<KeptStray, bool> isMeant, string reason)
    {
        var removed = new List<(KeptStray, long)>();
        foreach (KeptStray kept in All.Where(isMeant))
        {
            long bytes = kept.SizeInBytes;
            if (kept.Directory.Strays.Remove([kept.Stray.Directory]).Count == 0) continue;
            Forget(kept);
            removed.Add((kept, bytes));
            log.Info(
                "Removed {0} of {1}, {2} bytes: it {3}.",
                kept.Stray.Directory, kept.Directory.DirectoryPath, bytes, reason);
        }

        return removed;
    }

    private void Say(WithdrawnPartition withdrawn, KeptStray kept) => log.Warning(
        "Set aside {0} of {1} as {2}, {3} bytes: no committed metadata explains topic id {4}. It is kept until {5:u}. "
        + "log-dirs --describe lists it, log-dirs --remove-strays removes it earlier; it is put back when the metadata "
        + "has the topic again, as from a copy of {6}.",
        [
            withdrawn.Name, kept.Directory.DirectoryPath, withdrawn.Directory, kept.SizeInBytes,
            kept.Stray.TopicId?.ToString() ?? "(none)", kept.KeptUntil, ControllerServices.DirectoryName,
        ]);

    private bool TryTake(TopicIdPartition id, out KeptStray? kept)
    {
        lock (_lock) return ById().Remove(id, out kept);
    }

    private void Remember(KeptStray kept)
    {
        lock (_lock)
            if (kept.Id is { } id) ById()[id] = kept;
    }

    private void Forget(KeptStray kept)
    {
        lock (_lock)
            if (kept.Id is { } id) ById().Remove(id);
    }

    // The newest of two copies wins: it is the one that was in use last.
    private Dictionary<TopicIdPartition, KeptStray> ById()
    {
        if (_byId is not null) return _byId;
        _byId = [];
        foreach (KeptStray kept in All.OrderBy(kept => kept.Stray.SetAsideAt))
            if (kept.Id is { } id) _byId[id] = kept;
        return _byId;
    }
}
