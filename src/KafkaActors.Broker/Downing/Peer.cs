using KafkaActors.Protocol;

namespace KafkaActors.Broker.Downing;

/// <summary>One process of a node, as the cluster tells processes apart.</summary>
/// <param name="Node">Its node id; <see cref="NodeId.None"/> for a member that is no node of ours.</param>
/// <param name="Address">Where its ActorSystem is.</param>
/// <param name="Uid">Akka's number of this start of the ActorSystem.</param>
internal readonly record struct Peer(NodeId Node, string Address, int Uid);
