namespace KafkaActors.Broker.Downing;

/// <summary>A member of the cluster as Akka shows it to this node.</summary>
/// <param name="IsReachable">False when any observer has told of the opposite: Akka's reachability is gossip.</param>
/// <param name="IsStaying">It is on its way in, in, or about to leave; not on its way out or downed.</param>
/// <param name="IsUp">It is in.</param>
internal readonly record struct SeenMember(Peer Peer, bool IsReachable, bool IsStaying, bool IsUp);
