using KafkaActors.Protocol;

namespace KafkaActors.Broker.Serving;

/// <summary>What a partition's leader says to a question for an offset.</summary>
/// <param name="Offset">-1 when there is none, or with an error.</param>
/// <param name="TimestampMs">Of the record at the offset; -1 for an offset that was asked for by name.</param>
internal readonly record struct FoundOffset(ErrorCode Error, long Offset, long TimestampMs, LeaderEpoch LeaderEpoch)
{
    /// <summary>There is no such offset.</summary>
    public static FoundOffset None => new(ErrorCode.None, -1, -1, LeaderEpoch.None);

    public static FoundOffset Refused(ErrorCode error) => None with { Error = error };
}
