using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Cluster;

/// <summary>A partition's leader and the connection to it.</summary>
internal sealed record PartitionLeader(
    TopicIdPartition Partition, NodeId Node, LeaderEpoch Epoch, IActorRef Connection);
