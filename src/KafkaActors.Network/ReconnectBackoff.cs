namespace KafkaActors.Network;

/// <summary>
/// Pauses before a broker is turned to again: they double with each failure, up to a limit, and start again after a
/// success. Each is a fifth longer or shorter by chance, so that clients which lost a broker together do not return
/// together. Not thread-safe.
/// </summary>
public sealed class ReconnectBackoff(TimeSpan first, TimeSpan most, Random random)
{
    private const int MaxDoublings = 20;
    private const double Jitter = 0.2;

    private int _failures;

    /// <summary>The pause after so many earlier failures, without what chance adds.</summary>
    public static TimeSpan PauseAfter(int failures, TimeSpan first, TimeSpan most)
    {
        double pauseMs = first.TotalMilliseconds * Math.Pow(2, Math.Clamp(failures, 0, MaxDoublings));
        return TimeSpan.FromMilliseconds(Math.Min(pauseMs, most.TotalMilliseconds));
    }

    public TimeSpan Next()
    {
        double factor = 1 - Jitter + (2 * Jitter * random.NextDouble());
        return PauseAfter(_failures++, first, most) * factor;
    }

    public void Reset() => _failures = 0;
}
