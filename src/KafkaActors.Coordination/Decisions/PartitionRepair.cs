using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// What a change of brokers or settings changes of partitions: each is decided once, from the image that has all of the
/// change.
/// </summary>
/// <param name="image">With the change.</param>
/// <param name="isHeard">As in <see cref="LeaderElection"/>.</param>
internal sealed class PartitionRepair(MetadataImage image, Func<BrokerImage, bool> isHeard)
{
    private readonly LeaderElection _election = new(image, isHeard);
    private readonly HashSet<TopicIdPartition> _seen = [];
    private readonly List<MetadataEvent> _events = [];
    private int _moved;
    private int _leaderless;

    public IReadOnlyList<MetadataEvent> Events => _events;

    /// <summary>How much is changed, for a cause.</summary>
    public (string Name, long Value)[] Numbers =>
        [("partitions changed", _events.Count), ("leaders changed", _moved), ("left without leader", _leaderless)];

    /// <param name="states">What is known of the partition's replicas from here on.</param>
    public PartitionRepair Hosted(NodeId node, Func<PartitionImage, ReplicaStates>? states = null)
    {
        foreach (TopicIdPartition id in image.HostedBy(node)) Add(image.Partition(id)!, states);
        return this;
    }

    public PartitionRepair All()
    {
        foreach (TopicId id in image.TopicIds.Values) Topic(image.Topics[id]);
        return this;
    }

    public PartitionRepair Topic(TopicImage topic)
    {
        foreach (PartitionImage partition in topic.Partitions) Add(partition, null);
        return this;
    }

    public void Add(PartitionImage partition, Func<PartitionImage, ReplicaStates>? states)
    {
        if (!_seen.Add(partition.Id)) return;
        ReplicaStates after = states?.Invoke(partition) ?? partition.States;
        var configs = ElectionConfigs.Of(image, partition.Id.TopicId);
        if (_election.Update(partition, after, configs) is not { } change) return;
        _events.Add(change);
        if (change.Leader == partition.Leader) return;
        if (change.Leader == NodeId.None) _leaderless++;
        else _moved++;
    }
}
