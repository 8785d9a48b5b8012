namespace KafkaActors.Broker.Partitions;

/// <summary>
/// One fetch that waits for records. It is woken at most once between two <see cref="Rearm"/>s, whatever the number of
/// partitions it waits for and of high watermarks that pass. Owned by whoever answers the fetch.
/// </summary>
internal abstract class FetchWaiter
{
    private int _woken;

    /// <summary>Whether it was woken since it was rearmed: whoever asks has put a fence before.</summary>
    public bool IsWoken => Volatile.Read(ref _woken) != 0;

    /// <summary>From the thread of any partition.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0) OnWoken();
    }

    /// <summary>Before the logs are looked at again: what comes after this wakes it once more.</summary>
    protected internal void Rearm() => Interlocked.Exchange(ref _woken, 0);

    /// <summary>On a partition's thread: only hands over to where the fetch is answered.</summary>
    protected abstract void OnWoken();
}
