using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Cluster;

/// <summary>A partition's leader and the connection to it.</summary>
/// <param name="TopicId">None from a node that is older than topic ids (KIP-516).</param>
internal sealed record PartitionLeader(
    TopicPartition Name, TopicId TopicId, NodeId Node, LeaderEpoch Epoch, IActorRef Connection)
{
    public TopicIdPartition Partition => new(TopicId, Name.Partition);
}
