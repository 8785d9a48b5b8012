namespace KafkaActors.Storage;

/// <summary>
/// Learns what happens to logs outside the caller's own calls. Called from the log's threads: must not block.
/// </summary>
public interface ILogObserver
{
    /// <summary>Everything below <paramref name="flushedOffset"/> is on the disk.</summary>
    void Flushed(PartitionLog log, long flushedOffset);

    /// <summary>The log went offline; called once.</summary>
    void Failed(PartitionLog log, LogFailure failure);

    /// <summary>Something is wrong on the disk; each thing is told once. Also while a log is being opened.</summary>
    void Damaged(LogDamage damage);
}
