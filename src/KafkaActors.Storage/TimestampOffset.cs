using KafkaActors.Protocol;

namespace KafkaActors.Storage;

/// <summary>
/// A record found by its time: its timestamp in ms since the epoch, its offset, the epoch it was written in.
/// </summary>
public readonly record struct TimestampOffset(long Timestamp, long Offset, LeaderEpoch LeaderEpoch)
{
    /// <summary>No record has a timestamp.</summary>
    public static TimestampOffset None => new(-1, -1, LeaderEpoch.None);
}
