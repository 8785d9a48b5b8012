namespace KafkaActors.Cli.Performance;

/// <summary>
/// Latencies of a run: exact count, average and greatest; percentiles from at most <see cref="MaxSamples"/> of them,
/// taken evenly over the records that were announced. Not safe for concurrent use.
/// </summary>
internal sealed class LatencySamples(long expectedCount)
{
    public const int MaxSamples = 500_000;

    private readonly long _every = Math.Max(1, (expectedCount + MaxSamples - 1) / MaxSamples);
    private readonly List<double> _samples = new((int)Math.Min(expectedCount, MaxSamples));
    private double _total;

    public long Count { get; private set; }

    public double MaxMs { get; private set; }

    public double AverageMs => Count == 0 ? 0 : _total / Count;

    public void Add(double latencyMs)
    {
        if (Count % _every == 0 && _samples.Count < MaxSamples) _samples.Add(latencyMs);
        Count++;
        _total += latencyMs;
        MaxMs = Math.Max(MaxMs, latencyMs);
    }

    /// <param name="fractions">As in 0.5 for the median.</param>
    public double[] Percentiles(params ReadOnlySpan<double> fractions)
    {
        double[] sorted = [.. _samples];
        Array.Sort(sorted);
        double[] result = new double[fractions.Length];
        if (sorted.Length == 0) return result;
        for (int i = 0; i < fractions.Length; i++)
            result[i] = sorted[Math.Min((int)(fractions[i] * sorted.Length), sorted.Length - 1)];
        return result;
    }
}
