using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Carries a node-internal message through the shard region to a partition's entity at the node that the sender
/// believes to lead it. The message itself carries the epoch (and deadline) that the entity checks.
/// </summary>
/// <param name="Message">One of those that <see cref="PartitionLayouts"/> knows.</param>
internal sealed record PartitionEnvelope(NodeId Leader, TopicIdPartition Partition, ICommand Message);
