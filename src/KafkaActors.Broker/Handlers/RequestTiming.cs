using System.Runtime.CompilerServices;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// When a request reached each <see cref="RequestStage"/>: one timestamp a stage, no object of its own. Each stage is
/// marked once, by whichever thread gets there first.
/// </summary>
internal struct RequestTiming
{
    private Timestamps _at;

    public void Mark(RequestStage stage, TimeProvider clock)
    {
        ref long at = ref _at[(int)stage];
        if (Volatile.Read(ref at) == 0) Volatile.Write(ref at, clock.GetTimestamp());
    }

    /// <summary>
    /// The time from one stage to a later one; null while one of them is not reached. A response may be there before
    /// its handler has returned: that is no time at all.
    /// </summary>
    public TimeSpan? Between(RequestStage from, RequestStage to, TimeProvider clock)
    {
        long start = Volatile.Read(ref _at[(int)from]);
        long end = Volatile.Read(ref _at[(int)to]);
        return start == 0 || end == 0 ? null : clock.GetElapsedTime(start, Math.Max(start, end));
    }

    [InlineArray((int)RequestStage.Sent + 1)]
    private struct Timestamps
    {
        private long _first;
    }
}
