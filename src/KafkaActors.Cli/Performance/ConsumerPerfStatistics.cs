using System.Globalization;

namespace KafkaActors.Cli.Performance;

/// <summary>
/// Words a consumer's run as Kafka's consumer performance tool does: a header, a line an interval with
/// <c>--show-detailed-stats</c>, else one line at the end. Without groups the rebalance time is always 0.
/// </summary>
internal static class ConsumerPerfStatistics
{
    public const string TimeFormat = "yyyy-MM-dd HH:mm:ss:fff";

    public const string Header =
        "start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, "
        + "rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec";

    public const string DetailedHeader =
        "time, threadId, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, "
        + "rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec";

    private const double MebiByte = 1024.0 * 1024.0;

    public static string Summary(DateTimeOffset start, DateTimeOffset end, long messages, long bytes) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{start.ToString(TimeFormat, CultureInfo.InvariantCulture)}, ")
        + Line(end, null, new Progress(messages, bytes), default, end - start);

    /// <param name="now">All so far.</param>
    /// <param name="before">All until the last line.</param>
    public static string Detail(DateTimeOffset time, Progress now, Progress before, TimeSpan interval) =>
        Line(time, 0, now, before, interval);

    private static string Line(DateTimeOffset time, int? thread, Progress now, Progress before, TimeSpan interval)
    {
        double seconds = Math.Max(interval.TotalSeconds, 0.001);
        double megabytes = now.Bytes / MebiByte;
        double megabytesPerSecond = (now.Bytes - before.Bytes) / MebiByte / seconds;
        double messagesPerSecond = (now.Messages - before.Messages) / seconds;
        string threadColumn = thread is { } id ? $"{id}, " : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{time.ToString(TimeFormat, CultureInfo.InvariantCulture)}, {threadColumn}{megabytes:F4}, "
            + $"{megabytesPerSecond:F4}, {now.Messages}, {messagesPerSecond:F4}, 0, "
            + $"{(long)interval.TotalMilliseconds}, {megabytesPerSecond:F4}, {messagesPerSecond:F4}");
    }

    internal readonly record struct Progress(long Messages, long Bytes);
}
