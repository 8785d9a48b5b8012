using Akka.Event;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// Keeps the log readable, and the disk free, whatever repeats: of each kind of event so many are written in an
/// interval, and of the rest how many there were, at its end. What strangers cause on the Akka port is only counted.
/// An interval in which a kind was counted is followed by one twice as long, up to a limit. Owned by the logger, on
/// one thread.
/// </summary>
internal sealed class LogRepeats(TimeProvider clock)
{
    public const int MostInInterval = 20;

    public static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(5);
    public static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(80);

    /// <summary>More kinds at a time share one count: their texts vary where we do not expect it.</summary>
    private const int MaxKinds = 500;

    private static readonly LogKind Others = new(typeof(LogRepeats), "", null, IsStrangers: true);

    private readonly Dictionary<LogKind, Interval> _intervals = [];

    /// <summary>Whether it is to be written now; else it is counted.</summary>
    public bool MayWrite(LogEvent entry)
    {
        LogKind kind = LogKind.Of(entry);
        if (!_intervals.TryGetValue(kind, out Interval? interval))
        {
            if (_intervals.Count >= MaxKinds) kind = Others;
            if (!_intervals.TryGetValue(kind, out interval))
                _intervals[kind] = interval = new Interval(FirstInterval, clock.GetTimestamp());
        }

        interval.Count++;
        if (!kind.IsStrangers && interval.Count <= MostInInterval) return true;
        interval.LeftOut++;
        interval.Last = entry;
        return false;
    }

    /// <summary>Whether something came in an interval that is not over.</summary>
    public bool IsCounting => _intervals.Count > 0;

    /// <summary>What was left out in the intervals that are over, or in all: how many, and the last of them.</summary>
    public IEnumerable<(int Count, LogEvent Last)> Take(bool all)
    {
        foreach ((LogKind kind, Interval interval) in _intervals.ToArray())
        {
            if (!all && clock.GetElapsedTime(interval.Since) < interval.Length) continue;
            _intervals.Remove(kind);
            if (interval.Last is not { } last) continue;
            TimeSpan next = interval.Length * 2 < LongestInterval ? interval.Length * 2 : LongestInterval;
            _intervals[kind] = new Interval(next, clock.GetTimestamp());
            yield return (interval.LeftOut, last);
        }
    }

    private sealed class Interval(TimeSpan length, long since)
    {
        public TimeSpan Length => length;

        public long Since => since;

        public int Count { get; set; }

        public int LeftOut { get; set; }

        public LogEvent? Last { get; set; }
    }
}
