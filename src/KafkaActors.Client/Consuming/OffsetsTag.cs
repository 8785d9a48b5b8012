using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming;

/// <summary>For what a leader is being asked for offsets, and under which generations.</summary>
internal sealed class OffsetsTag
{
    private readonly Dictionary<TopicPartition, (FetchPartition Partition, int Generation)> _partitions = [];

    /// <summary>Those that have not been sought, paused or unassigned since.</summary>
    public IEnumerable<FetchPartition> Current => _partitions.Values
        .Where(entry => entry.Partition.Generation == entry.Generation)
        .Select(entry => entry.Partition);

    public void Add(FetchPartition partition) =>
        _partitions.Add(partition.Cursor.Name, (partition, partition.Generation));

    public FetchPartition? Find(TopicPartition name) =>
        _partitions.TryGetValue(name, out (FetchPartition Partition, int Generation) entry)
        && entry.Partition.Generation == entry.Generation
            ? entry.Partition
            : null;
}
