namespace KafkaActors.Broker.Hosting;

/// <summary>
/// A monotonic clock whose timestamps stand still while this process does: a laptop that slept, a debugger that held
/// it, SIGSTOP. Whoever measures others' silence with it discounts his own lateness, so that nobody is taken for dead
/// who could not be heard. What everybody's watch says, <see cref="GetUtcNow"/>, goes on.
/// The process is known to be awake by the beats of a timer, and by whoever asks the clock; where neither came for
/// longer than <see cref="LongestBlink"/>, the time between counts as one beat.
/// </summary>
internal sealed class WakingClock : TimeProvider, IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestBlink = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _inner;
    private readonly Lock _lock = new();
    private readonly ITimer _beats;
    private readonly long _beat;
    private readonly long _longestBlink;
    /// <summary>Written under the lock, before <see cref="_seen"/>.</summary>
    private long _slept;
    /// <summary>When the process was last known to be awake. Written under the lock.</summary>
    private long _seen;

    public WakingClock(TimeProvider inner)
    {
        _inner = inner;
        _beat = Ticks(Beat);
        _longestBlink = Ticks(LongestBlink);
        _seen = inner.GetTimestamp();
        _beats = inner.CreateTimer(static clock => ((WakingClock)clock!).See(), this, Beat, Beat);
    }

    public override long TimestampFrequency => _inner.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => _inner.LocalTimeZone;

    public override long GetTimestamp()
    {
        while (true)
        {
            long slept = Volatile.Read(ref _slept);
            long now = _inner.GetTimestamp();
            long seen = Volatile.Read(ref _seen);
            if (now - seen > _beat) return See();
            // A sleep that was noted in between may lie before now or behind it.
            if (slept == Volatile.Read(ref _slept)) return now - slept;
        }
    }

    public override DateTimeOffset GetUtcNow() => _inner.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        _inner.CreateTimer(callback, state, dueTime, period);

    public void Dispose() => _beats.Dispose();

    private long See()
    {
        lock (_lock)
        {
            long now = _inner.GetTimestamp();
            long unseen = now - _seen;
            if (unseen > _longestBlink) Volatile.Write(ref _slept, _slept + unseen - _beat);
            Volatile.Write(ref _seen, now);
            return now - _slept;
        }
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _inner.TimestampFrequency);
}
