namespace KafkaActors.Protocol.Records;

/// <summary>The timestamps that a topic takes at one moment, both ends inclusive.</summary>
internal readonly record struct TimestampBounds(long EarliestMs, long LatestMs)
{
    /// <summary>A record that its producer did not stamp; it is always taken.</summary>
    public const long NoTimestamp = -1;

    public static TimestampBounds Of(RecordBatchRules rules, long nowMs)
    {
        if (rules.TimestampType == TimestampType.LogAppendTime) return new(long.MinValue, long.MaxValue);
        bool isEndless = rules.TimestampAfterMaxMs > long.MaxValue - nowMs;
        return new(nowMs - rules.TimestampBeforeMaxMs, isEndless ? long.MaxValue : nowMs + rules.TimestampAfterMaxMs);
    }

    public bool Contain(long timestampMs) =>
        (timestampMs >= EarliestMs && timestampMs <= LatestMs) || timestampMs == NoTimestamp;
}
