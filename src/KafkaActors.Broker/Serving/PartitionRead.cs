using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Serving;

/// <summary>
/// What one partition has for one fetch at one moment: an error, or a range of its log, which stays readable until
/// this is disposed. No byte has been read yet.
/// </summary>
internal readonly struct PartitionRead(
    FetchPosition position,
    ErrorCode error,
    LogView? view,
    LogReadResult? range,
    LeaderEpochEnd? diverging = null) : IDisposable
{
    public FetchPosition Position => position;

    public ErrorCode Error => error;

    /// <summary>Where the reader's log has left this one, if it has: then it is given no records.</summary>
    public LeaderEpochEnd? Diverging => diverging;

    public LogView? View => view;

    public LogReadResult? Range => range;

    public int Length => range?.Length ?? 0;

    /// <summary>Whether the client is to hear of it.</summary>
    public bool IsWorthTelling => error != ErrorCode.None || Length > 0 || diverging is not null;

    /// <summary>
    /// Whether it is of an older segment than the last that the client may read: then a fetch waits for no more, as in
    /// Kafka.
    /// </summary>
    public bool IsBehindSegment(IsolationLevel isolation) =>
        range is { Length: > 0 } && range.IsBehindSegmentOf(BoundOf(view!, isolation) - 1);

    /// <summary>
    /// The bytes up to what the client may read, as far as it takes them of this partition: more than were read, where
    /// the next batch was too large for it.
    /// </summary>
    public long Waiting(IsolationLevel isolation) => range is { Length: > 0 } found
        ? found.NextOffset < BoundOf(view!, isolation) ? Math.Max(found.Length, position.MaxBytes) : found.Length
        : 0;

    public void Dispose() => range?.Dispose();

    /// <summary>Whether reading there may wait for the disk; not to be done in a turn that others share.</summary>
    public static bool IsCold(NodeServices services, FetchPosition position) =>
        services.Partitions.TryGet(position.Partition, out PartitionHandle? partition)
        && partition.Log.IsCold(position.Offset);

    /// <param name="maxBytes">What the request has left.</param>
    /// <param name="atLeastOneBatch">Even if it is larger than that (KIP-74).</param>
    /// <param name="lastFetchedEpoch">Of the record before the position; none when the reader does not say.</param>
    public static PartitionRead Of(
        NodeServices services,
        FetchPosition position,
        IsolationLevel isolation,
        int maxBytes,
        bool atLeastOneBatch,
        LeaderEpoch lastFetchedEpoch)
    {
        ErrorCode error = services.Leaders.Check(position.Partition, position.CurrentLeaderEpoch, out _);
        if (error != ErrorCode.None || !services.Partitions.TryGet(position.Partition, out PartitionHandle? partition))
        {
            ErrorCode refusal = error == ErrorCode.None ? ErrorCode.NotLeaderOrFollower : error;
            return new PartitionRead(position, refusal, null, null);
        }

        LogView view = partition.Log.View;
        FetchContinuity continuity = LogDivergence.Of(
            partition.Log.LeaderEpochs, view.LogStartOffset, view.LogEndOffset, lastFetchedEpoch, position.Offset);
        if (continuity != FetchContinuity.Continues)
            return new PartitionRead(position, continuity.Error, view, null, continuity.Diverging);
        if (position.Offset < view.LogStartOffset || position.Offset > view.LogEndOffset)
            return new PartitionRead(position, ErrorCode.OffsetOutOfRange, view, null);
        long bound = BoundOf(view, isolation);
        int most = Math.Max(0, Math.Min(maxBytes, position.MaxBytes));
        bool isNothing = position.Offset >= bound || (most == 0 && !atLeastOneBatch);
        if (isNothing) return new PartitionRead(position, ErrorCode.None, view, null);
        LogReadResult range = partition.Log.Read(position.Offset, bound, most, atLeastOneBatch);
        return new PartitionRead(position, range.Error, view, range);
    }

    private static long BoundOf(LogView view, IsolationLevel isolation) =>
        isolation == IsolationLevel.ReadCommitted ? view.LastStableOffset : view.HighWatermark;
}
