namespace KafkaActors.Cli.Performance;

/// <summary>Keeps a rate: says how long to wait before record number n may be sent. Unlimited below 0.</summary>
internal sealed class Throttle(double recordsPerSecond)
{
    // Waking up costs about this much; a shorter wait would be longer than asked for.
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    public bool IsUnlimited => recordsPerSecond < 0;

    /// <param name="sent">Records sent so far.</param>
    public TimeSpan WaitBefore(long sent, TimeSpan elapsed)
    {
        if (IsUnlimited || recordsPerSecond == 0) return TimeSpan.Zero;
        TimeSpan wait = TimeSpan.FromSeconds(sent / recordsPerSecond) - elapsed;
        return wait < Shortest ? TimeSpan.Zero : wait;
    }
}
