using Akka.Cluster.Sharding;

namespace KafkaActors.Broker.Partitions;

/// <summary>Shard id = leader node, entity id = topic id and partition: see <see cref="PartitionEnvelope"/>.</summary>
internal sealed class PartitionMessageExtractor : IMessageExtractor
{
    public string? EntityId(object message) =>
        message is PartitionEnvelope envelope ? envelope.Partition.ToString() : null;

    public object? EntityMessage(object message) =>
        message is PartitionEnvelope envelope ? envelope.Message : message;

    public string? ShardId(object message) =>
        message is PartitionEnvelope envelope ? PartitionSharding.ShardId(envelope.Leader) : null;

    // An entity id alone does not say who leads: entities are not remembered, so nobody asks.
    public string ShardId(string entityId, object? messageHint = null) =>
        messageHint is PartitionEnvelope envelope ? PartitionSharding.ShardId(envelope.Leader) : "";
}
