using System.Globalization;
using Akka.Event;

namespace KafkaActors.Messages.Remoting;

/// <summary>
/// Says who was turned away at the Akka port, and why: at once when it is news, and as a number while the same goes on.
/// Strangers choose how many there are, so only so many are kept apart. Any thread.
/// </summary>
internal sealed class TurnedAway(ILoggingAdapter log, TimeProvider clock) : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private const int MostKept = 32;
    private const string Others = "others";

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Peer, string Reason), long> _counts = [];
    private ITimer? _timer;
    private bool _isDisposed;

    /// <param name="peer">Its IP address, or the address that was dialled.</param>
    public void Count(string peer, string reason)
    {
        bool isNews;
        lock (_lock)
        {
            var key = (peer, reason);
            if (!_counts.ContainsKey(key) && _counts.Count >= MostKept) key = (Others, reason);
            isNews = !_counts.TryGetValue(key, out long count);
            _counts[key] = isNews ? 0 : count + 1;
            peer = key.Item1;
            if (!_isDisposed) _timer ??= clock.CreateTimer(_ => Tell(), null, Interval, Interval);
        }

        if (isNews) log.Warning("Akka port, {0}: {1}", peer, reason);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }
    }

    private void Tell()
    {
        List<(string Peer, string Reason, long Count)> again = [];
        lock (_lock)
        {
            foreach ((var key, long count) in _counts.ToArray())
            {
                if (count > 0) again.Add((key.Peer, key.Reason, count));
                _counts[key] = 0;
            }

            // Who has given up is news again the next time.
            var kept = again.Select(told => (told.Peer, told.Reason)).ToHashSet();
            foreach (var key in _counts.Keys.Where(key => !kept.Contains(key)).ToArray()) _counts.Remove(key);
            if (_counts.Count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }

        string interval = Interval.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        foreach ((string peer, string reason, long count) in again)
            log.Warning("Akka port, {0}, {1} times more in {2} s: {3}", peer, count, interval, reason);
    }
}
