using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups;

/// <summary>
/// The batches in which a group's records go to the log, each within the log's limit. A decision whose records take
/// several (a thousand members whose sessions end, ten thousand offsets to erase) is not atomic in the log. That is
/// safe because a decision is answered after its last batch, and what is left of one that ended in the middle is a
/// group like any other: erasing goes on with the next try, and the epoch of a consumer group, which makes it look at
/// its members again, is raised first.
/// </summary>
public static class GroupBatches
{
    /// <param name="maxBytes">Of a batch. A greater record is alone in its batch, and the log refuses it.</param>
    public static IReadOnlyList<IReadOnlyList<GroupRecord>> Split(IReadOnlyList<GroupRecord> records, int maxBytes)
    {
        List<IReadOnlyList<GroupRecord>> batches = Fill(records, maxBytes);
        return batches.Count <= 1 ? batches : Fill([.. records.OrderBy(record => !RaisesEpoch(record))], maxBytes);
    }

    private static List<IReadOnlyList<GroupRecord>> Fill(IReadOnlyList<GroupRecord> records, int maxBytes)
    {
        var batches = new List<IReadOnlyList<GroupRecord>>();
        var batch = new List<GroupRecord>();
        var size = new GroupBatchSize();
        foreach (GroupRecord record in records)
        {
            size.Add(record);
            if (size.Bytes > maxBytes && batch.Count > 0)
            {
                batches.Add(batch);
                batch = [];
                size = new GroupBatchSize();
                size.Add(record);
            }

            batch.Add(record);
        }

        if (batch.Count > 0) batches.Add(batch);
        return batches;
    }

    private static bool RaisesEpoch(GroupRecord record) =>
        record is { Key: ConsumerGroupMetadataKey, Value: not null };
}
