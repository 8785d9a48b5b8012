using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming;

/// <summary>Where reading begins: an offset, or something that an offset is looked up for.</summary>
public readonly record struct StartOffset
{
    private StartOffset(long? offset, long? timestampQuery) => (Offset, TimestampQuery) = (offset, timestampQuery);

    /// <summary>The log start offset.</summary>
    public static StartOffset Beginning => new(null, OffsetQuery.Earliest);

    /// <summary>The high watermark.</summary>
    public static StartOffset End => new(null, OffsetQuery.Latest);

    /// <summary>As <c>auto.offset.reset</c> says.</summary>
    public static StartOffset Reset => new(null, null);

    internal long? Offset { get; }

    internal long? TimestampQuery { get; }

    public static StartOffset At(long offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        return new StartOffset(offset, null);
    }

    /// <summary>The first record at or after the time, or the end when there is none.</summary>
    /// <param name="timestampMs">Milliseconds since the epoch.</param>
    public static StartOffset AtTime(long timestampMs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(timestampMs);
        return new StartOffset(null, timestampMs);
    }
}
