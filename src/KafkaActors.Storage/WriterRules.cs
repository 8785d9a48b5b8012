using KafkaActors.Protocol;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Who may write to a log, and what: judged by its writer token, its leader epochs and its end. Pure; called under the
/// log's lock.
/// </summary>
internal static class WriterRules
{
    /// <summary>The highest epoch that has written or was given the right to; none before the first.</summary>
    public static LeaderEpoch NewestEpoch(WriterToken? writer, LeaderEpochHistory epochs)
    {
        LeaderEpoch taken = writer?.LeaderEpoch ?? LeaderEpoch.None;
        LeaderEpoch written = epochs.Latest ?? LeaderEpoch.None;
        return taken > written ? taken : written;
    }

    /// <summary>
    /// Whether the holder of the current token may append a batch: a leader at the log end under its own epoch, a
    /// follower at the log end or behind a gap, under an epoch that neither goes back nor is above its own.
    /// </summary>
    public static ErrorCode Judge(
        WriterToken token, LeaderEpochHistory epochs, long logEndOffset, in BatchHeader batch)
    {
        bool leads = token.Role == ReplicaRole.Leader;
        // A follower copies the gaps of its leader's log, which may be older than the policy of today.
        bool inPlace = batch.BaseOffset == logEndOffset || (!leads && batch.BaseOffset > logEndOffset);
        if (!inPlace) return ErrorCode.OffsetOutOfRange;
        bool epochFits = leads
            ? batch.LeaderEpoch == token.LeaderEpoch
            : batch.LeaderEpoch <= token.LeaderEpoch && !(batch.LeaderEpoch < epochs.Latest);
        return epochFits ? ErrorCode.None : ErrorCode.FencedLeaderEpoch;
    }
}
