using KafkaActors.Broker.Configuration;
using KafkaActors.Storage;
using KafkaActors.Storage.Cleaning;
using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// The compaction of this node's logs: from time to time each free cleaner looks for the log most in need of it, and
/// goes on as long as it finds one. A log that a cleaner has failed on is left alone until it is opened again.
/// A <see cref="CleaningRound"/> runs on a thread for cleaners, since it is busy for minutes; the rest belongs to the
/// <see cref="ReplicaManager"/>.
/// </summary>
// The token outlives its owner: rounds that still run ask it. Without a timer its source has nothing to dispose of.
#pragma warning disable CA1001 // see above
internal sealed class LogCleaning
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CleanerSettings _settings;
    private readonly TimeProvider _clock;
    private readonly Stack<LogCleaner> _idle = [];
    private readonly HashSet<PartitionLog> _uncleanable = [];
    private long _lookedAt;
    private bool _hasMore;

    public LogCleaning(CleanerSettings settings, TimeProvider clock)
    {
        _settings = settings;
        _clock = clock;
        _lookedAt = clock.GetTimestamp();
        var throttle = new IoThrottle(settings.MaxBytesPerSecond, clock);
        for (int i = 0; settings.IsEnabled && i < settings.Threads; i++)
            _idle.Push(new LogCleaner(settings.KeyMapBytesOfThread, settings.KeyMapLoadFactor, throttle));
    }

    /// <summary>The rounds to run now, each to be ended by <see cref="End"/>; none while it is not time yet.</summary>
    public IReadOnlyList<CleaningRound> Begin(IEnumerable<PartitionLog> logs)
    {
        bool isTime = _hasMore || _clock.GetElapsedTime(_lookedAt) >= _settings.Backoff;
        if (_idle.Count == 0 || !isTime) return [];
        (_lookedAt, _hasMore) = (_clock.GetTimestamp(), false);
        PartitionLog[] compacted =
            [.. logs.Where(log => log.Config.CleanupPolicy.HasFlag(CleanupPolicy.Compact))];
        _uncleanable.IntersectWith(compacted);
        // On a full disk a copy finds no room; the log is as clean or unclean as before when there is some.
        PartitionLog[] cleanable = [.. compacted.Except(_uncleanable).Where(log => log.HasRoom)];
        if (cleanable.Length == 0) return [];
        var rounds = new List<CleaningRound>();
        while (_idle.TryPop(out LogCleaner? cleaner))
            rounds.Add(new CleaningRound(cleaner, cleanable, _clock, _stop.Token));
        return rounds;
    }

    public void End(CleaningRound round, CleaningResult result)
    {
        _idle.Push(round.Cleaner);
        _uncleanable.UnionWith(
            result.Failed.Where(failed => !FullDisk.Is(failed.Cause)).Select(failed => failed.Log));
        // Where one log was dirty, others may be: the next tick looks again.
        _hasMore |= result.Report is { IsComplete: true };
    }

    /// <summary>Ends the rounds that run; none begins any more.</summary>
    public void Stop()
    {
        _stop.Cancel();
        _idle.Clear();
    }
}
