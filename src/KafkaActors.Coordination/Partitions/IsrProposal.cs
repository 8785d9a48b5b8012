using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>
/// A leader's wish to change its ISR. The controller refuses it unless leader, leader epoch and partition epoch are
/// those of its image and every member is registered under the epoch named (AlterPartition v3).
/// </summary>
public sealed record IsrProposal(
    TopicIdPartition Partition,
    NodeId Leader,
    BrokerEpoch LeaderBrokerEpoch,
    LeaderEpoch LeaderEpoch,
    PartitionEpoch PartitionEpoch,
    ImmutableArray<IsrMember> Isr);
