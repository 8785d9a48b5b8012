namespace KafkaActors.Storage;

/// <summary>
/// How much of a data directory's logs has been checked since it was opened. Counted by recovery, batch by batch; read
/// by whoever shows it, from any thread.
/// </summary>
public sealed class RecoveryProgress
{
    private long _bytesChecked;

    public long BytesChecked => Volatile.Read(ref _bytesChecked);

    internal void Add(long bytes) => Interlocked.Add(ref _bytesChecked, bytes);
}
