using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// The partitions that a consumer reads, and how far the application is done with each beyond what was committed.
/// Owned by one <see cref="MembershipActor"/>.
/// </summary>
internal sealed class OwnedOffsets
{
    private readonly Dictionary<TopicPartition, PartitionCursor> _cursors = [];
    private readonly Dictionary<TopicPartition, long> _committed = [];

    public IReadOnlyCollection<TopicPartition> Partitions => _cursors.Keys;

    public PartitionCursor? Find(TopicPartition partition) => _cursors.GetValueOrDefault(partition);

    public PartitionCursor Add(TopicPartition partition)
    {
        var cursor = new PartitionCursor(partition);
        cursor.NextGeneration();
        Add(cursor);
        return cursor;
    }

    public void Add(PartitionCursor cursor)
    {
        _cursors[cursor.Name] = cursor;
        _committed.Remove(cursor.Name);
    }

    public void Remove(IEnumerable<TopicPartition> partitions)
    {
        foreach (TopicPartition partition in partitions) _cursors.Remove(partition);
    }

    /// <summary>What need not be committed again.</summary>
    public void NoteCommitted(TopicPartition partition, long offset) => _committed[partition] = offset;

    /// <summary>Of these partitions, what the application is done with and has not been committed.</summary>
    public Dictionary<TopicPartition, OffsetAndMetadata> Uncommitted(IEnumerable<TopicPartition> partitions)
    {
        Dictionary<TopicPartition, OffsetAndMetadata> offsets = [];
        foreach (TopicPartition partition in partitions)
        {
            if (Find(partition)?.Consumed is not (>= 0 and var consumed)) continue;
            if (_committed.GetValueOrDefault(partition, -1) != consumed)
                offsets[partition] = new OffsetAndMetadata(consumed);
        }

        return offsets;
    }
}
