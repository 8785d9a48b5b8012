namespace KafkaActors.Cli.Performance;

/// <summary>Milliseconds from sending to acknowledgement.</summary>
internal sealed record LatencySummary(
    double AverageMs, double MaxMs, double Ms50, double Ms95, double Ms99, double Ms999);
