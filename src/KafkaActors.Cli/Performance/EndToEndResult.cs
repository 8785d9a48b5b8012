using System.Globalization;

namespace KafkaActors.Cli.Performance;

/// <summary>Milliseconds from sending a record to reading it, over a whole run.</summary>
internal sealed record EndToEndResult(int Messages, double AverageMs, double Ms50, double Ms99, double Ms999)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"Avg latency: {AverageMs:F4} ms\nPercentiles: 50th = {Ms50:F3}, 99th = {Ms99:F3}, 99.9th = {Ms999:F3}");
}
