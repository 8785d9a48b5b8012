using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// Judges a leader's proposal of another ISR (AlterPartition): whatever it was computed from must still hold.
/// </summary>
public static class IsrDecisions
{
    public static Decision<ErrorCode> Propose(MetadataImage image, IsrProposal proposal) =>
        Propose(image, proposal, DecisionRules.Correct);

    internal static Decision<ErrorCode> Propose(MetadataImage image, IsrProposal proposal, DecisionRules rules)
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
            if (image.Broker(member.Node) is not { IsActive: true } broker || broker.Epoch != member.BrokerEpoch
                || partition.States.Failed.Contains(member.Node))
                return Refuse(ErrorCode.IneligibleReplica);

        int minimum = ElectionConfigs.Of(image, partition.Id.TopicId).MinInSyncReplicas;
        ImmutableArray<NodeId> eligible = LeaderElection.Eligible(partition, isr, minimum);
        var changed = new MetadataEvent.PartitionChanged(
            partition.Id, partition.Leader, partition.LeaderEpoch, partition.PartitionEpoch.Next(), isr, eligible)
        {
            States = Remaining(partition, isr, eligible),
        };
        return new([changed], ErrorCode.None)
        {
            Causes =
            [
                Cause.Of(
                    CauseKind.IsrChanged,
                    partition.Id.ToString(),
                    ("leader", partition.Leader.Value),
                    ("leader epoch", partition.LeaderEpoch.Value),
                    ("ISR before", partition.Isr.Length),
                    ("ISR", isr.Length),
                    ("least ISR", minimum)),
            ],
        };
    }

    // A member that the leader takes in has copied its log: what it may have lost before does not matter any more.
    private static ReplicaStates Remaining(
        PartitionImage partition, ImmutableArray<NodeId> isr, ImmutableArray<NodeId> eligible)
    {
        ImmutableArray<SuspectReplica> left = [.. partition.States.Suspects.Where(suspect =>
            eligible.Contains(suspect.Node)
            || (isr.Contains(suspect.Node) && partition.Isr.Contains(suspect.Node)))];
        return left.Length == partition.States.Suspects.Length
            ? partition.States
            : partition.States with { Suspects = left };
    }

    private static Decision<ErrorCode> Refuse(ErrorCode error) => new([], error);
}
