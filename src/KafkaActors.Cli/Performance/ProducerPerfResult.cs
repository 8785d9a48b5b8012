using System.Globalization;

namespace KafkaActors.Cli.Performance;

/// <summary>A finished producer run; MB are 1,048,576 bytes, as in Kafka's tool.</summary>
internal sealed record ProducerPerfResult(
    long Records,
    long FailedRecords,
    double Seconds,
    double RecordsPerSecond,
    double MegabytesPerSecond,
    double AverageLatencyMs,
    double MaxLatencyMs,
    double LatencyMs50,
    double LatencyMs95,
    double LatencyMs99,
    double LatencyMs999)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Records} records sent, {RecordsPerSecond:F1} records/sec ({MegabytesPerSecond:F2} MB/sec), "
        + $"{AverageLatencyMs:F2} ms avg latency, {MaxLatencyMs:F2} ms max latency, {LatencyMs50:F0} ms 50th, "
        + $"{LatencyMs95:F0} ms 95th, {LatencyMs99:F0} ms 99th, {LatencyMs999:F0} ms 99.9th.");
}
