using System.Globalization;

namespace KafkaActors.Cli.Performance;

/// <summary>A finished producer run; MB are 1,048,576 bytes, as in Kafka's tool.</summary>
internal sealed record ProducerPerfResult(
    long Records,
    long FailedRecords,
    double Seconds,
    double RecordsPerSecond,
    double MegabytesPerSecond,
    LatencySummary Latency)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Records} records sent, {RecordsPerSecond:F1} records/sec ({MegabytesPerSecond:F2} MB/sec), "
        + $"{Latency.AverageMs:F2} ms avg latency, {Latency.MaxMs:F2} ms max latency, {Latency.Ms50:F0} ms 50th, "
        + $"{Latency.Ms95:F0} ms 95th, {Latency.Ms99:F0} ms 99th, {Latency.Ms999:F0} ms 99.9th.");
}
