namespace KafkaActors.Protocol.Records;

/// <summary>The timestamps that a topic takes at one moment, both ends inclusive.</summary>
internal readonly record struct TimestampBounds(long EarliestMs, long LatestMs)
{
    /// <summary>A record that its producer did not stamp; it is always taken.</summary>
    public const long NoTimestamp = -1;

    /// <summary>Timestamps are not looked at: the leader makes its own.</summary>
    private bool IsEndless => EarliestMs == long.MinValue && LatestMs == long.MaxValue;

    public static TimestampBounds Of(RecordBatchRules rules, long nowMs)
    {
        if (rules.TimestampType == TimestampType.LogAppendTime) return new(long.MinValue, long.MaxValue);
        bool isEndless = rules.TimestampAfterMaxMs > long.MaxValue - nowMs;
        return new(nowMs - rules.TimestampBeforeMaxMs, isEndless ? long.MaxValue : nowMs + rules.TimestampAfterMaxMs);
    }

    /// <summary>A record's timestamp, and whether it is taken. False as well where the sum is no timestamp.</summary>
    public bool TryAdd(long baseTimestampMs, long deltaMs, out long timestampMs)
    {
        timestampMs = unchecked(baseTimestampMs + deltaMs);
        bool isSum = ((baseTimestampMs ^ timestampMs) & (deltaMs ^ timestampMs)) >= 0;
        return Contain(timestampMs) && (isSum || IsEndless);
    }

    public bool Contain(long timestampMs) =>
        (timestampMs >= EarliestMs && timestampMs <= LatestMs) || timestampMs == NoTimestamp;
}
