using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// What is done to all logs from time to time: retention with age-rolling, and the checkpoint files. One run at a
/// time. <see cref="Do"/> waits for disks and runs on the pool for maintenance; the rest belongs to the
/// <see cref="ReplicaManager"/>.
/// </summary>
internal sealed class LogMaintenance(ReplicaManagerSettings settings, LogDirectories directories, TimeProvider clock)
{
    private long _retainedAt = clock.GetTimestamp();
    private long _checkpointedAt = clock.GetTimestamp();
    private bool _isRunning;

    [Flags]
    public enum Kind : byte
    {
        None = 0,
        Retention = 1,
        Checkpoints = 2,
    }

    public bool TryBegin(out Kind due)
    {
        due = Kind.None;
        if (_isRunning) return false;
        if (IsDue(ref _retainedAt, settings.RetentionInterval)) due |= Kind.Retention;
        if (IsDue(ref _checkpointedAt, settings.CheckpointInterval)) due |= Kind.Checkpoints;
        _isRunning = due != Kind.None;
        return _isRunning;
    }

    public void End() => _isRunning = false;

    /// <returns>How many segments went.</returns>
    public int Do(Kind due, IReadOnlyList<PartitionLog> logs)
    {
        int segments = 0;
        if (due.HasFlag(Kind.Retention))
        {
            foreach (PartitionLog log in logs) segments += log.ApplyRetention(clock.GetUtcNow());
            directories.Strays.RemoveExpired();
        }

        if (due.HasFlag(Kind.Checkpoints)) directories.WriteCheckpoints();
        return segments;
    }

    private bool IsDue(ref long since, TimeSpan interval)
    {
        if (clock.GetElapsedTime(since) < interval) return false;
        since = clock.GetTimestamp();
        return true;
    }
}
