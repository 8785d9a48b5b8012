using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// Judges a leader's proposal of another ISR (AlterPartition): whatever it was computed from must still hold.
/// </summary>
public static class IsrDecisions
{
    public static Decision<ErrorCode> Propose(MetadataImage image, IsrProposal proposal, ControllerPolicy policy) =>
        Propose(image, proposal, policy, DecisionRules.Correct);

    internal static Decision<ErrorCode> Propose(
        MetadataImage image, IsrProposal proposal, ControllerPolicy policy, DecisionRules rules)
    {
        if (image.Topic(proposal.Partition.TopicId) is null) return Refuse(ErrorCode.UnknownTopicId);
        if (image.Partition(proposal.Partition) is not { } partition)
            return Refuse(ErrorCode.UnknownTopicOrPartition);
        if (image.Broker(proposal.Leader)?.Epoch != proposal.LeaderBrokerEpoch)
            return Refuse(ErrorCode.StaleBrokerEpoch);
        if (proposal.LeaderEpoch < partition.LeaderEpoch) return Refuse(ErrorCode.FencedLeaderEpoch);
        if (proposal.LeaderEpoch > partition.LeaderEpoch) return Refuse(ErrorCode.NotController);
        if (proposal.Leader != partition.Leader) return Refuse(ErrorCode.InvalidRequest);
        if (proposal.PartitionEpoch != partition.PartitionEpoch && !rules.AcceptsStalePartitionEpoch)
            return Refuse(proposal.PartitionEpoch < partition.PartitionEpoch
                ? ErrorCode.InvalidUpdateVersion
                : ErrorCode.NotController);

        ImmutableArray<NodeId> isr = [.. proposal.Isr.Select(member => member.Node)];
        if (!isr.Contains(partition.Leader) || isr.Distinct().Count() != isr.Length
            || isr.Except(partition.Replicas).Any())
            return Refuse(ErrorCode.InvalidRequest);
        foreach (IsrMember member in proposal.Isr)
            if (image.Broker(member.Node) is not { IsActive: true } broker || broker.Epoch != member.BrokerEpoch)
                return Refuse(ErrorCode.IneligibleReplica);

        int minimum = ElectionConfigs.Of(image, partition.Id.TopicId, policy).MinInSyncReplicas;
        ImmutableArray<NodeId> eligible = new LeaderElection(_ => true, _ => false).Eligible(partition, isr, minimum);
        var changed = new MetadataEvent.PartitionChanged(
            partition.Id, partition.Leader, partition.LeaderEpoch, partition.PartitionEpoch.Next(), isr, eligible);
        return new([changed], ErrorCode.None);
    }

    private static Decision<ErrorCode> Refuse(ErrorCode error) => new([], error);
}
