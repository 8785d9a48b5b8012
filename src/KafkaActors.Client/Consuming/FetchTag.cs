using KafkaActors.Client.Cluster;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming;

/// <summary>What a fetch under way is for, and under which generations it was sent.</summary>
internal sealed class FetchTag(long reservedBytes)
{
    private readonly Dictionary<TopicPartition, (FetchPartition Partition, int Generation)> _partitions = [];
    private readonly Dictionary<TopicId, string> _names = [];

    public long ReservedBytes => reservedBytes;

    /// <summary>Those that have not been sought, paused or unassigned since.</summary>
    public IEnumerable<FetchPartition> Current => _partitions.Values
        .Where(entry => entry.Partition.Generation == entry.Generation)
        .Select(entry => entry.Partition);

    public void Add(PartitionLeader leader, FetchPartition partition)
    {
        _partitions.Add(leader.Name, (partition, partition.Generation));
        _names[leader.TopicId] = leader.Name.Topic;
    }

    public FetchPartition? Find(TopicPartition name) =>
        _partitions.TryGetValue(name, out (FetchPartition Partition, int Generation) entry)
        && entry.Partition.Generation == entry.Generation
            ? entry.Partition
            : null;

    /// <summary>For answers of versions that name topics by their ids alone.</summary>
    public FetchPartition? Find(TopicIdPartition id) => _names.TryGetValue(id.TopicId, out string? topic)
        ? Find(new TopicPartition(topic, id.Partition))
        : null;
}
