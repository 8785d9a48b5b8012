using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// A node's part in one partition, as of one committed change of the metadata. Immutable; made by the
/// <see cref="ReplicaManager"/>, which took <paramref name="Token"/> for it.
/// </summary>
/// <param name="Self">This node.</param>
/// <param name="Image">The partition's committed state.</param>
/// <param name="Brokers">The registrations of its replicas.</param>
/// <param name="Token">The log's current writer; null when the log could not be taken.</param>
/// <param name="Error">Why this node cannot serve in that role, else none.</param>
internal sealed record PartitionAssignment(
    NodeId Self,
    ReplicaRole Role,
    PartitionImage Image,
    IReadOnlyDictionary<NodeId, ReplicaBroker> Brokers,
    WriterToken? Token,
    PartitionSettings Settings,
    ErrorCode Error)
{
    public NodeId Leader => Image.Leader;

    public LeaderEpoch LeaderEpoch => Image.LeaderEpoch;
}
