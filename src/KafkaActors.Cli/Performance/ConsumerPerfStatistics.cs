using System.Globalization;

namespace KafkaActors.Cli.Performance;

/// <summary>
/// Words a consumer's run as Kafka's consumer performance tool does: a header, a line an interval with
/// <c>--show-detailed-stats</c>, else one line at the end. Without groups the rebalance time is always 0.
/// </summary>
internal static class ConsumerPerfStatistics
{
    public const string Header =
        "start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, "
        + "rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec";

    public const string DetailedHeader =
        "time, threadId, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, "
        + "rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec";

    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss:fff";
    private const double MebiByte = 1024.0 * 1024.0;
    private const double ShortestSeconds = 0.001;

    public static string Summary(DateTimeOffset start, DateTimeOffset end, ConsumedAmount total) =>
        $"{Time(start)}, {Time(end)}, {Figures(total, default, end - start)}";

    /// <param name="now">All so far.</param>
    /// <param name="before">All until the last line.</param>
    public static string Detail(DateTimeOffset time, ConsumedAmount now, ConsumedAmount before, TimeSpan interval) =>
        $"{Time(time)}, 0, {Figures(now, before, interval)}";

    private static string Time(DateTimeOffset time) => time.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string Figures(ConsumedAmount now, ConsumedAmount before, TimeSpan interval)
    {
        double seconds = Math.Max(interval.TotalSeconds, ShortestSeconds);
        double megabytesPerSecond = (now.Bytes - before.Bytes) / MebiByte / seconds;
        double messagesPerSecond = (now.Messages - before.Messages) / seconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{now.Bytes / MebiByte:F4}, {megabytesPerSecond:F4}, {now.Messages}, {messagesPerSecond:F4}, 0, "
            + $"{(long)interval.TotalMilliseconds}, {megabytesPerSecond:F4}, {messagesPerSecond:F4}");
    }
}
