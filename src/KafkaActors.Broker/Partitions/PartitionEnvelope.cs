using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Carries a node-internal message through the shard region to a partition's entity at the node that the sender
/// believes to lead it. The message itself carries the epoch (and deadline) that the entity checks.
/// </summary>
internal sealed record PartitionEnvelope(NodeId Leader, TopicIdPartition Partition, object Message)
    : INoSerializationVerificationNeeded;
