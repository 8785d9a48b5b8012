namespace KafkaActors.Client.Cluster;

/// <summary>Pauses that double with each failure, up to a limit, and start again after a success.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan most)
{
    private const int MaxDoublings = 20;

    private int _failures;

    public TimeSpan Next() => After(_failures++);

    public void Reset() => _failures = 0;

    /// <summary>The pause after so many earlier failures.</summary>
    public TimeSpan After(int failures)
    {
        double pauseMs = first.TotalMilliseconds * Math.Pow(2, Math.Clamp(failures, 0, MaxDoublings));
        return TimeSpan.FromMilliseconds(Math.Min(pauseMs, most.TotalMilliseconds));
    }
}
