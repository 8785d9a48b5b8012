namespace KafkaActors.Broker.Listener;

/// <summary>
/// How long a client has kept its connection's read loop waiting: now, and in all for the request that is being
/// received. Time in which the loop waits for this node does not count. Written by the read loop, read by the sweep.
/// </summary>
internal sealed class FrameArrival(TimeProvider clock)
{
    /// <summary>A request that is in others' way may pause for so long.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    /// <summary>... and has to come at this rate: a megabyte a second.</summary>
    public const long LeastBytesPerSecond = 1024 * 1024;

    private const long NotWaiting = -1;

    private long _waitsSince = NotWaiting;
    private long _waitedTicks;
    private long _bytes;

    /// <summary>How long it has sent nothing while the loop was waiting.</summary>
    public TimeSpan SilentFor
    {
        get
        {
            long since = Volatile.Read(ref _waitsSince);
            return since == NotWaiting ? TimeSpan.Zero : clock.GetElapsedTime(since);
        }
    }

    /// <summary>Whether the request came too slowly for those who wait for what it holds.</summary>
    public bool IsSlow
    {
        get
        {
            TimeSpan silent = SilentFor;
            TimeSpan waited = TimeSpan.FromTicks(Interlocked.Read(ref _waitedTicks)) + silent;
            return silent > Grace || waited > Grace + DueAfter(Interlocked.Read(ref _bytes));
        }
    }

    /// <summary>Another request begins.</summary>
    public void Begin()
    {
        Interlocked.Exchange(ref _waitedTicks, 0);
        Interlocked.Exchange(ref _bytes, 0);
    }

    public void Waiting() => Volatile.Write(ref _waitsSince, clock.GetTimestamp());

    public void Received(int count)
    {
        Interlocked.Add(ref _waitedTicks, SilentFor.Ticks);
        Interlocked.Add(ref _bytes, count);
        Volatile.Write(ref _waitsSince, NotWaiting);
    }

    private static TimeSpan DueAfter(long bytes) =>
        TimeSpan.FromTicks(bytes * TimeSpan.TicksPerSecond / LeastBytesPerSecond);
}
