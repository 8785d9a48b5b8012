using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>A replica that may have lost the tail of its log, and what it has said that it still holds.</summary>
/// <param name="LastEpoch">The leader epoch of its last record; none while it has not reported.</param>
/// <param name="LogEndOffset">-1 while it has not reported under its present registration.</param>
public readonly record struct SuspectReplica(NodeId Node, LeaderEpoch LastEpoch, long LogEndOffset)
{
    public static SuspectReplica Unheard(NodeId node) => new(node, LeaderEpoch.None, -1);

    public bool HasReported => LogEndOffset >= 0;

    /// <summary>Whether its log is further than the other's: by the epoch of the last record, then by length.</summary>
    public bool IsLongerThan(SuspectReplica other) =>
        (LastEpoch.Value, LogEndOffset).CompareTo((other.LastEpoch.Value, other.LogEndOffset)) > 0;
}
