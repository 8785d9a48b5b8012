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

    public TimeSpan Next()
    {
        double pauseMs = first.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, MaxDoublings));
        double factor = 1 - Jitter + (2 * Jitter * random.NextDouble());
        return TimeSpan.FromMilliseconds(Math.Min(pauseMs, most.TotalMilliseconds) * factor);
    }

    public void Reset() => _failures = 0;
}
