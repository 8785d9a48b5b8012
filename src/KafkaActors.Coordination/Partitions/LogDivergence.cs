using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>
/// Where a reader's log has left its leader's, told by their leader epochs (KIP-101, KIP-279, KIP-320, and the
/// diverging epoch of Fetch v12). The leader judges a fetch, the follower decides where to cut. Pure.
/// </summary>
public static class LogDivergence
{
    /// <summary>The leader's side: whether a fetch continues the leader's log.</summary>
    /// <param name="lastFetchedEpoch">
    /// The epoch of the record before <paramref name="fetchOffset"/>; below zero when the reader does not say.
    /// </param>
    public static FetchContinuity Of(
        LeaderEpochHistory leader, long logStartOffset, long logEndOffset, LeaderEpoch lastFetchedEpoch,
        long fetchOffset)
    {
        if (lastFetchedEpoch <= LeaderEpoch.None) return FetchContinuity.Continues;
        // Nothing of what it read is known here, so nothing can be said of where the logs part.
        if (leader.EndOffsetFor(lastFetchedEpoch, logEndOffset) is not { } end) return FetchContinuity.OutOfRange;
        if (fetchOffset < logStartOffset) return FetchContinuity.OutOfRange;
        return end.Epoch < lastFetchedEpoch || end.EndOffset < fetchOffset
            ? FetchContinuity.Diverges(end)
            : FetchContinuity.Continues;
    }

    /// <summary>
    /// The follower's side: where to cut. When its log knows the epoch it was told, both ends bound what is shared;
    /// otherwise all it shares lies within its own next older epoch, and the next fetch asks about that one. Where its
    /// log has no epoch that could tell, the leader's word stands.
    /// </summary>
    public static long TruncationOffset(
        LeaderEpochHistory follower, long followerEndOffset, LeaderEpochEnd diverging)
    {
        long end = follower.EndOffsetFor(diverging.Epoch, followerEndOffset) switch
        {
            { } own when own.Epoch == diverging.Epoch => Math.Min(own.EndOffset, diverging.EndOffset),
            { } own => own.EndOffset,
            null => diverging.EndOffset,
        };
        return Math.Min(end, followerEndOffset);
    }
}
