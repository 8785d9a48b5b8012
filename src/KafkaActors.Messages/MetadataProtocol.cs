using KafkaActors.Protocol;

namespace KafkaActors.Messages;

/// <summary>What a client needs to know of the cluster to find a partition's leader.</summary>
public static class MetadataProtocol
{
    /// <param name="Topics">Names, or null for every topic.</param>
    /// <param name="AllowAutoTopicCreation">Create the named ones that do not exist, if the node's setting
    /// allows.</param>
    public sealed record Describe(
        long CorrelationId, IReadOnlyList<string>? Topics, bool AllowAutoTopicCreation) : ICommand, ICorrelated;

    /// <param name="Offset">The metadata offset the answer was read at; it never goes back on one node.</param>
    public sealed record Described(
        long CorrelationId,
        string ClusterId,
        MetadataOffset Offset,
        NodeId Controller,
        IReadOnlyList<Broker> Brokers,
        IReadOnlyList<Topic> Topics) : IReply, ICorrelated;

    /// <param name="AkkaAddress">The address of its ActorSystem, as in
    /// <c>akka.tcp://kafka-actors@host:4053</c>.</param>
    public sealed record Broker(NodeId Node, string AkkaAddress);

    public sealed record Topic(
        ErrorCode Error, string Name, TopicId Id, bool IsInternal, IReadOnlyList<Partition> Partitions);

    public sealed record Partition(
        ErrorCode Error,
        int Index,
        NodeId Leader,
        LeaderEpoch LeaderEpoch,
        IReadOnlyList<NodeId> Replicas,
        IReadOnlyList<NodeId> Isr);
}
