namespace KafkaActors.Cli.Performance;

/// <summary>A finished consumer run, for <c>--json</c>.</summary>
internal sealed record ConsumerPerfResult(
    DateTimeOffset Start,
    DateTimeOffset End,
    long Messages,
    long Bytes,
    double MessagesPerSecond,
    double MegabytesPerSecond)
{
    public static ConsumerPerfResult Of(DateTimeOffset start, DateTimeOffset end, ConsumedAmount total)
    {
        double seconds = Math.Max((end - start).TotalSeconds, 0.001);
        return new ConsumerPerfResult(
            start, end, total.Messages, total.Bytes, total.Messages / seconds, total.Bytes / 1048576.0 / seconds);
    }
}
