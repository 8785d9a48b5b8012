using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>
/// Which leader epochs wrote which part of a log: what truncation is decided by (KIP-101, KIP-279). Both epochs and
/// offsets rise strictly.
/// </summary>
public sealed record LeaderEpochHistory(ImmutableList<EpochStart> Starts)
{
    public static LeaderEpochHistory Empty { get; } = new([]);

    public LeaderEpoch? Latest => Starts.IsEmpty ? null : Starts[^1].Epoch;

    /// <summary>A batch of this epoch begins at the offset.</summary>
    public LeaderEpochHistory Append(LeaderEpoch epoch, long offset) =>
        Starts.IsEmpty || Starts[^1].Epoch < epoch ? new(Starts.Add(new EpochStart(epoch, offset))) : this;

    /// <summary>The log is cut at the offset.</summary>
    public LeaderEpochHistory TruncateTo(long offset) => new(Starts.RemoveAll(start => start.Offset >= offset));

    /// <summary>
    /// The greatest epoch of this log that is at most the one asked for, and where it ends. Null when the log has none
    /// that old.
    /// </summary>
    public EpochEnd? EndOffsetFor(LeaderEpoch epoch, long logEndOffset)
    {
        for (int i = Starts.Count - 1; i >= 0; i--)
            if (Starts[i].Epoch <= epoch)
                return new EpochEnd(Starts[i].Epoch, i + 1 < Starts.Count ? Starts[i + 1].Offset : logEndOffset);
        return null;
    }
}
