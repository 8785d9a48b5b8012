using System.Text.RegularExpressions;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// Counts why clients were cut off or turned away, numbers in the reasons aside. Only so many reasons are kept apart:
/// clients write parts of them. Any thread.
/// </summary>
internal sealed partial class ReasonCounts
{
    private const int MaxReasons = 20;
    private const int ToldReasons = 3;
    private const string Others = "other reasons";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (long Count, string Example)> _counts = [];
    private long _total;

    public void Add(string reason)
    {
        string kind = Number().Replace(reason, "#");
        lock (_lock)
        {
            _total++;
            if (!_counts.ContainsKey(kind) && _counts.Count >= MaxReasons) kind = Others;
            _counts[kind] = _counts.TryGetValue(kind, out (long Count, string Example) known)
                ? (known.Count + 1, known.Example)
                : (1, kind == Others ? Others : reason);
        }
    }

    /// <summary>How many there were since the last time, and the most frequent reasons, each with an example.</summary>
    public (long Count, string Reasons) Take()
    {
        lock (_lock)
        {
            long total = _total;
            string told = string.Join(
                "; ",
                _counts.Values.OrderByDescending(reason => reason.Count).Take(ToldReasons)
                    .Select(reason => $"{reason.Count} x {reason.Example}"));
            _counts.Clear();
            _total = 0;
            return (total, told);
        }
    }

    [GeneratedRegex(@"-?\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
