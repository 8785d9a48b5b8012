using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups;

/// <summary>
/// The order in which a group's records go to the log. A decision whose records take several batches (a thousand
/// members whose sessions end, ten thousand offsets to erase) is not atomic in the log. That is safe because a decision
/// is answered after its last batch, and what is left of one that ended in the middle is a group like any other:
/// erasing goes on with the next try, and the epoch of a consumer group, which makes it look at its members again, is
/// raised first.
/// </summary>
public static class GroupRecordOrder
{
    /// <param name="maxBytes">Of a batch.</param>
    public static IReadOnlyList<CoordinatorRecord> Of(IReadOnlyList<CoordinatorRecord> records, Func<int> maxBytes) =>
        records.Any(RaisesEpoch) && CoordinatorBatchSize.Of(records) > maxBytes()
            ? [.. records.OrderBy(record => !RaisesEpoch(record))]
            : records;

    private static bool RaisesEpoch(CoordinatorRecord record) =>
        record is { Key: ConsumerGroupMetadataKey, Value: not null };
}
