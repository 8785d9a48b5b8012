using System.Collections.Frozen;
using System.Collections.Immutable;
using Akka.Actor;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// What this client knows of the cluster: an immutable answer of one node, with a connection to each broker.
/// </summary>
internal sealed class ClusterMetadata
{
    private readonly FrozenDictionary<NodeId, IActorRef> _connections;
    private readonly FrozenDictionary<string, MetadataResponse.MetadataTopic> _topics;
    private readonly ImmutableDictionary<TopicPartition, ClusterProtocol.LeaderMoved> _moved =
        ImmutableDictionary<TopicPartition, ClusterProtocol.LeaderMoved>.Empty;

    /// <param name="topics">As a node told them; written by nobody any more.</param>
    public ClusterMetadata(
        NodeId controller,
        IEnumerable<MetadataResponse.MetadataTopic> topics,
        IReadOnlyDictionary<NodeId, IActorRef> connections,
        bool listsAll = false)
    {
        Controller = controller;
        ListsAll = listsAll;
        _connections = connections.ToFrozenDictionary();
        _topics = topics.Where(topic => topic.Name is not null).DistinctBy(topic => topic.Name)
            .ToFrozenDictionary(topic => topic.Name!);
    }

    private ClusterMetadata(ClusterMetadata former, ClusterProtocol.LeaderMoved moved)
    {
        Controller = former.Controller;
        ListsAll = former.ListsAll;
        _connections = former._connections;
        _topics = former._topics;
        _moved = former._moved.SetItem(moved.Partition, moved);
    }

    /// <summary>Before the first answer.</summary>
    public static ClusterMetadata Empty { get; } = new(NodeId.None, [], new Dictionary<NodeId, IActorRef>());

    public bool IsKnown => !ReferenceEquals(this, Empty);

    /// <summary>None while there is none.</summary>
    public NodeId Controller { get; }

    /// <summary>Every topic of the cluster is in it.</summary>
    public bool ListsAll { get; }

    public IEnumerable<MetadataResponse.MetadataTopic> Topics => _topics.Values;

    public MetadataResponse.MetadataTopic? Topic(string name) => _topics.GetValueOrDefault(name);

    public IActorRef? Connection(NodeId node) => _connections.GetValueOrDefault(node);

    /// <summary>Where the partition's leader is; null while nobody leads it, or it is not known.</summary>
    public PartitionLeader? Leader(TopicPartition name)
    {
        if (Topic(name.Topic) is not { ErrorCode: ErrorCode.None } topic) return null;
        MetadataResponse.MetadataPartition? partition = Find(topic.Partitions, name.Partition);
        if (partition is null) return null;
        (NodeId leader, LeaderEpoch epoch) = _moved.TryGetValue(name, out ClusterProtocol.LeaderMoved? moved)
            ? (moved.Leader, moved.Epoch)
            : (partition.LeaderId, partition.LeaderEpoch);
        return Connection(leader) is { } connection
            ? new PartitionLeader(name, topic.TopicId, leader, epoch, connection)
            : null;
    }

    /// <summary>
    /// The same with a leader that a node told of; null where that is no news: an older one, or a node that this client
    /// does not know yet, for which the whole has to be asked for again.
    /// </summary>
    public ClusterMetadata? With(ClusterProtocol.LeaderMoved moved) =>
        Leader(moved.Partition) is { } known && moved.Epoch > known.Epoch && Connection(moved.Leader) is not null
            ? new ClusterMetadata(this, moved)
            : null;

    private static MetadataResponse.MetadataPartition? Find(
        IReadOnlyList<MetadataResponse.MetadataPartition> partitions, int index)
    {
        // Nodes list partitions by index; anything else still works, slower.
        if (index >= 0 && index < partitions.Count && partitions[index].PartitionIndex == index)
            return partitions[index];
        return partitions.FirstOrDefault(partition => partition.PartitionIndex == index);
    }
}
