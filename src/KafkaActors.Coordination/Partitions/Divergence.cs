using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>Where a follower's log leaves its leader's (KIP-101, KIP-279, and Fetch v12's diverging epoch).</summary>
public static class Divergence
{
    /// <summary>The leader's side: whether a fetch continues the leader's log.</summary>
    /// <param name="lastFetchedEpoch">The epoch of the batch before <paramref name="fetchOffset"/>; none for an empty
    /// log.</param>
    /// <returns>Null when it does, otherwise what the follower is told.</returns>
    public static EpochEnd? Of(
        LeaderEpochHistory leader, long leaderEndOffset, LeaderEpoch? lastFetchedEpoch, long fetchOffset)
    {
        if (lastFetchedEpoch is not { } last) return null;
        EpochEnd end = leader.EndOffsetFor(last, leaderEndOffset) ?? new EpochEnd(LeaderEpoch.None, 0);
        return end.Epoch < last || end.Offset < fetchOffset ? end : null;
    }

    /// <summary>
    /// The follower's side: where to cut. When its log knows the epoch it was told, both ends bound what is shared;
    /// otherwise all it shares lies within its own next older epoch, and the next fetch asks about that one.
    /// </summary>
    public static long TruncationOffset(LeaderEpochHistory follower, long followerEndOffset, EpochEnd diverging) =>
        follower.EndOffsetFor(diverging.Epoch, followerEndOffset) switch
        {
            { } own when own.Epoch == diverging.Epoch => Math.Min(own.Offset, diverging.Offset),
            { } own => own.Offset,
            null => 0,
        };
}
