using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>A member of a proposed ISR, in the registration under which the leader knows it.</summary>
public readonly record struct IsrMember(NodeId Node, BrokerEpoch BrokerEpoch);
