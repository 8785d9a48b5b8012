namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// Holds all cleaners of a node together to so many bytes a second, read and written: each tells what it has moved and
/// waits until that is paid for. Safe from any thread.
/// </summary>
public sealed class IoThrottle(double bytesPerSecond, TimeProvider time)
{
    /// <summary>A longer wait is done in parts: a handle does not wait for longer than 24 days.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private long _paidAt = time.GetTimestamp();

    /// <summary>Takes note of bytes that were moved; how long to wait before more are.</summary>
    public TimeSpan Charge(long bytes)
    {
        double cost = bytes / bytesPerSecond * time.TimestampFrequency;
        long now = time.GetTimestamp();
        lock (_gate)
        {
            long from = Math.Max(_paidAt, now);
            _paidAt = cost < long.MaxValue - from ? from + (long)cost : long.MaxValue;
            return _paidAt > now ? time.GetElapsedTime(now, _paidAt) : TimeSpan.Zero;
        }
    }

    /// <summary>The same, waiting on the calling thread.</summary>
    /// <exception cref="OperationCanceledException">The wait was cut short, or need not have begun.</exception>
    public void Pay(long bytes, CancellationToken stop)
    {
        TimeSpan wait = Charge(bytes);
        if (wait > TimeSpan.Zero) stop.WaitHandle.WaitOne(wait < LongestWait ? wait : LongestWait);
        stop.ThrowIfCancellationRequested();
    }
}
