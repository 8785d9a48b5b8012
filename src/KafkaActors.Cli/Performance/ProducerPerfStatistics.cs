using System.Globalization;

namespace KafkaActors.Cli.Performance;

/// <summary>
/// Counts what a producer's run got acknowledged, in windows and in total, and words both as Kafka's producer
/// performance tool does. Callbacks of several batches may come at once: every member takes the lock.
/// </summary>
internal sealed class ProducerPerfStatistics(long expectedRecords, TimeProvider time)
{
    public static readonly TimeSpan WindowLength = TimeSpan.FromSeconds(5);

    private const double MebiByte = 1024.0 * 1024.0;

    private readonly Lock _gate = new();
    private readonly LatencySamples _latencies = new(expectedRecords);
    private readonly long _started = time.GetTimestamp();
    private long _windowStarted = time.GetTimestamp();
    private long _bytes;
    private long _failed;
    private Window _window;

    /// <summary>Notes <paramref name="records"/> acknowledged together.</summary>
    /// <returns>A line to print, when a window has just ended.</returns>
    public string? Acknowledged(int records, long bytes, TimeSpan latency)
    {
        lock (_gate)
        {
            double latencyMs = latency.TotalMilliseconds;
            for (int i = 0; i < records; i++) _latencies.Add(latencyMs);
            _bytes += bytes;
            _window = _window.With(records, bytes, latencyMs);
            TimeSpan elapsed = time.GetElapsedTime(_windowStarted);
            if (elapsed < WindowLength) return null;
            string line = Describe(_window, elapsed);
            _window = default;
            _windowStarted = time.GetTimestamp();
            return line;
        }
    }

    public void Failed(int records)
    {
        lock (_gate) _failed += records;
    }

    public ProducerPerfResult Total()
    {
        lock (_gate)
        {
            TimeSpan elapsed = time.GetElapsedTime(_started);
            double[] percentiles = _latencies.Percentiles(0.5, 0.95, 0.99, 0.999);
            return new ProducerPerfResult(
                _latencies.Count,
                _failed,
                elapsed.TotalSeconds,
                _latencies.Count / elapsed.TotalSeconds,
                _bytes / MebiByte / elapsed.TotalSeconds,
                _latencies.AverageMs,
                _latencies.MaxMs,
                percentiles[0],
                percentiles[1],
                percentiles[2],
                percentiles[3]);
        }
    }

    private static string Describe(in Window window, TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture,
        $"{window.Records} records sent, {window.Records / elapsed.TotalSeconds:F1} records/sec "
        + $"({window.Bytes / MebiByte / elapsed.TotalSeconds:F2} MB/sec), "
        + $"{window.TotalLatencyMs / window.Records:F1} ms avg latency, {window.MaxLatencyMs:F1} ms max latency.");

    private readonly record struct Window(long Records, long Bytes, double TotalLatencyMs, double MaxLatencyMs)
    {
        public Window With(int records, long bytes, double latencyMs) => new(
            Records + records,
            Bytes + bytes,
            TotalLatencyMs + (latencyMs * records),
            Math.Max(MaxLatencyMs, latencyMs));
    }
}
