using KafkaActors.Protocol;

namespace KafkaActors.Broker.Downing;

/// <summary>A member of the cluster as this node sees it.</summary>
/// <param name="Node">Its node id; <see cref="NodeId.None"/> for a member that is no node of ours.</param>
internal readonly record struct SeenMember(NodeId Node, bool IsReachable);
