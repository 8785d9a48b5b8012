using System.Collections.Frozen;
using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// What this client knows of the cluster: an immutable answer of one node, with a connection to each broker.
/// </summary>
internal sealed class ClusterMetadata
{
    private readonly FrozenDictionary<NodeId, IActorRef> _connections;
    private readonly FrozenDictionary<string, MetadataProtocol.Topic> _topics;

    public ClusterMetadata(
        MetadataProtocol.Described? described,
        IReadOnlyDictionary<NodeId, IActorRef> connections,
        bool listsAll = false)
    {
        Described = described;
        ListsAll = listsAll;
        _connections = connections.ToFrozenDictionary();
        _topics = (described?.Topics ?? []).ToFrozenDictionary(topic => topic.Name);
    }

    public static ClusterMetadata Empty { get; } = new(null, new Dictionary<NodeId, IActorRef>());

    /// <summary>Null before the first answer.</summary>
    public MetadataProtocol.Described? Described { get; }

    /// <summary>Every topic of the cluster is in it.</summary>
    public bool ListsAll { get; }

    public MetadataProtocol.Topic? Topic(string name) => _topics.GetValueOrDefault(name);

    public IActorRef? Connection(NodeId node) => _connections.GetValueOrDefault(node);

    /// <summary>Where the partition's leader is; null while nobody leads it, or it is not known.</summary>
    public PartitionLeader? Leader(TopicPartition name)
    {
        if (Topic(name.Topic) is not { Error: ErrorCode.None } topic) return null;
        MetadataProtocol.Partition? partition = Find(topic.Partitions, name.Partition);
        if (partition is null || Connection(partition.Leader) is not { } connection) return null;
        var id = new TopicIdPartition(topic.Id, name.Partition);
        return new PartitionLeader(id, partition.Leader, partition.LeaderEpoch, connection);
    }

    private static MetadataProtocol.Partition? Find(IReadOnlyList<MetadataProtocol.Partition> partitions, int index)
    {
        // Nodes list partitions by index; anything else still works, slower.
        if (index >= 0 && index < partitions.Count && partitions[index].Index == index) return partitions[index];
        return partitions.FirstOrDefault(partition => partition.Index == index);
    }
}
