using System.Globalization;
using KafkaActors.Client;
using KafkaActors.Client.Producing;

namespace KafkaActors.Cli.Performance;

/// <summary>
/// Counts what a producer's run got acknowledged, in windows and in total, and words both as Kafka's producer
/// performance tool does. A record's token is the timestamp it was sent at. Told by the producer's thread, asked by the
/// tool's: every member takes the lock.
/// </summary>
internal sealed class ProducerPerfStatistics(long expectedRecords, TimeProvider time) : IDeliveryHandler
{
    private const double MebiByte = 1024.0 * 1024.0;

    private readonly Lock _gate = new();
    private readonly LatencySamples _latencies = new(expectedRecords);
    private readonly double _msPerTick = 1000.0 / time.TimestampFrequency;
    private readonly long _started = time.GetTimestamp();
    private long _windowStarted = time.GetTimestamp();
    private long _failed;
    private Window _window;

    /// <summary>Bytes of key and value of each record.</summary>
    public required int RecordBytes { get; init; }

    public KafkaException? FirstError { get; private set; }

    public void OnDelivered(in Delivery delivery)
    {
        long now = time.GetTimestamp();
        lock (_gate)
        {
            if (delivery.Error is { } error)
            {
                _failed++;
                FirstError ??= error;
                return;
            }

            double latencyMs = (now - delivery.Token) * _msPerTick;
            _latencies.Add(latencyMs);
            _window.Add(latencyMs);
        }
    }

    /// <summary>A line about the records since the last call.</summary>
    public string TakeWindow()
    {
        lock (_gate)
        {
            double seconds = time.GetElapsedTime(_windowStarted).TotalSeconds;
            Window window = _window;
            _window = default;
            _windowStarted = time.GetTimestamp();
            double average = window.Records == 0 ? 0 : window.TotalLatencyMs / window.Records;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{window.Records} records sent, {window.Records / seconds:F1} records/sec "
                + $"({window.Records * RecordBytes / MebiByte / seconds:F2} MB/sec), "
                + $"{average:F1} ms avg latency, {window.MaxLatencyMs:F1} ms max latency.");
        }
    }

    public ProducerPerfResult Total()
    {
        lock (_gate)
        {
            double seconds = time.GetElapsedTime(_started).TotalSeconds;
            double[] percentiles = _latencies.Percentiles(0.5, 0.95, 0.99, 0.999);
            return new ProducerPerfResult(
                _latencies.Count,
                _failed,
                seconds,
                _latencies.Count / seconds,
                _latencies.Count * RecordBytes / MebiByte / seconds,
                new LatencySummary(
                    _latencies.AverageMs,
                    _latencies.MaxMs,
                    percentiles[0],
                    percentiles[1],
                    percentiles[2],
                    percentiles[3]));
        }
    }

    private record struct Window(long Records, double TotalLatencyMs, double MaxLatencyMs)
    {
        public void Add(double latencyMs)
        {
            Records++;
            TotalLatencyMs += latencyMs;
            MaxLatencyMs = Math.Max(MaxLatencyMs, latencyMs);
        }
    }
}
