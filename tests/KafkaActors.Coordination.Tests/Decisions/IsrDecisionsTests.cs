using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;
using static KafkaActors.Coordination.Tests.Metadata.ImageBuilder;

namespace KafkaActors.Coordination.Tests.Decisions;

public sealed class IsrDecisionsTests
{
    private static IEnumerable<TestCaseData> Proposals()
    {
        yield return Case("as it should be", p => p, ErrorCode.None);
        yield return Case("the same ISR again", p => p with { Isr = [.. p.Isr.Take(1)] }, ErrorCode.None);
        yield return Case("an unknown topic", p => p with { Partition = Partition(7, 0) }, ErrorCode.UnknownTopicId);
        yield return Case(
            "an unknown partition", p => p with { Partition = Partition(1, 9) }, ErrorCode.UnknownTopicOrPartition);
        yield return Case(
            "an old registration of the leader", p => p with { LeaderBrokerEpoch = new BrokerEpoch(0) },
            ErrorCode.StaleBrokerEpoch);
        yield return Case(
            "an old leader epoch", p => p with { LeaderEpoch = new LeaderEpoch(2) }, ErrorCode.FencedLeaderEpoch);
        yield return Case(
            "a leader epoch to come", p => p with { LeaderEpoch = new LeaderEpoch(4) }, ErrorCode.NotController);
        yield return Case(
            "an old partition epoch", p => p with { PartitionEpoch = new PartitionEpoch(0) },
            ErrorCode.InvalidUpdateVersion);
        yield return Case(
            "a partition epoch to come", p => p with { PartitionEpoch = new PartitionEpoch(2) },
            ErrorCode.NotController);
        yield return Case("without the leader", p => p with { Isr = [p.Isr[1]] }, ErrorCode.InvalidRequest);
        yield return Case("a member twice", p => p with { Isr = [.. p.Isr, p.Isr[1]] }, ErrorCode.InvalidRequest);
        yield return Case(
            "a stranger", p => p with { Isr = [p.Isr[0], new IsrMember(new NodeId(4), new BrokerEpoch(8))] },
            ErrorCode.InvalidRequest);
        yield return Case(
            "a fenced member", p => p with { Isr = [p.Isr[0], new IsrMember(new NodeId(3), new BrokerEpoch(5))] },
            ErrorCode.IneligibleReplica);
        yield return Case(
            "an old registration of a member", p => p with { Isr = [p.Isr[0], p.Isr[1] with { BrokerEpoch = new(1) }] },
            ErrorCode.IneligibleReplica);
    }

    [TestCaseSource(nameof(Proposals))]
    public void A_proposal_counts_only_if_what_it_was_computed_from_still_holds(
        Func<IsrProposal, IsrProposal> change, ErrorCode error)
    {
        ImageBuilder builder = Cluster();
        IsrProposal proposal = change(Proposal(builder));
        Decision<ErrorCode> decision = IsrDecisions.Propose(builder.Image, proposal);
        Assert.That(decision.Result, Is.EqualTo(error));
        Assert.That(decision.Events, Has.Count.EqualTo(error == ErrorCode.None ? 1 : 0));
    }

    [Test]
    public void An_accepted_proposal_raises_the_partition_epoch_alone_and_cannot_count_twice()
    {
        ImageBuilder builder = Cluster();
        IsrProposal proposal = Proposal(builder);
        builder.With([.. IsrDecisions.Propose(builder.Image, proposal).Events]);
        PartitionImage partition = builder.Image.Partition(Partition(1, 0))!;
        Assert.That(partition.Isr, Is.EqualTo(Nodes(1, 2)));
        Assert.That(partition.LeaderEpoch, Is.EqualTo(new LeaderEpoch(3)));
        Assert.That(partition.PartitionEpoch, Is.EqualTo(new PartitionEpoch(2)));
        Assert.That(
            IsrDecisions.Propose(builder.Image, proposal).Result,
            Is.EqualTo(ErrorCode.InvalidUpdateVersion));
    }

    [Test]
    public void The_planted_bug_lets_a_stale_proposal_through()
    {
        ImageBuilder builder = Cluster();
        IsrProposal stale = Proposal(builder) with { PartitionEpoch = new PartitionEpoch(0) };
        var rules = new DecisionRules { AcceptsStalePartitionEpoch = true };
        Assert.That(
            IsrDecisions.Propose(builder.Image, stale, rules).Result,
            Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_shrink_below_the_minimum_keeps_the_leavers_eligible_and_a_full_isr_clears_them()
    {
        ImageBuilder builder = Cluster().With(
            new ConfigChanged(ConfigResource.Topic("t"), "min.insync.replicas", "2"));
        Accept(builder, Proposal(builder));
        Accept(builder, Proposal(builder) with { Isr = [Proposal(builder).Isr[0]], PartitionEpoch = new(2) });
        Assert.That(builder.Image.Partition(Partition(1, 0))!.EligibleLeaders, Is.EqualTo(Nodes(2)));
        Accept(builder, Proposal(builder) with { PartitionEpoch = new(3) });
        Assert.That(builder.Image.Partition(Partition(1, 0))!.EligibleLeaders, Is.Empty);
    }

    [Test]
    public void Producer_ids_are_handed_out_in_blocks_of_a_thousand_and_never_twice()
    {
        ImageBuilder builder = new ImageBuilder().Formed().Broker(1);
        for (int i = 0; i < 3; i++)
        {
            var decision = ProducerIdDecisions.Allocate(builder.Image, new NodeId(1), builder.EpochOf(1));
            Assert.That(decision.Result, Is.EqualTo(new ProducerIdBlock(ErrorCode.None, i * 1000, 1000)));
            builder.With([.. decision.Events]);
        }

        Assert.That(
            ProducerIdDecisions.Allocate(builder.Image, new NodeId(1), new BrokerEpoch(0)).Result.Error,
            Is.EqualTo(ErrorCode.StaleBrokerEpoch));
        Assert.That(
            ProducerIdDecisions.Allocate(builder.Image, new NodeId(2), new BrokerEpoch(0)).Result.Error,
            Is.EqualTo(ErrorCode.BrokerIdNotRegistered));
    }

    private static void Accept(ImageBuilder builder, IsrProposal proposal)
    {
        Decision<ErrorCode> decision = IsrDecisions.Propose(builder.Image, proposal);
        Assert.That(decision.Result, Is.EqualTo(ErrorCode.None));
        builder.With([.. decision.Events]);
    }

    // Brokers 1, 2, 4 are active and 3 is fenced; partition 0 of the topic has replicas 1, 2, 3 and ISR 1 at leader
    // epoch 3 and partition epoch 1. Broker epochs: 1 -> 1, 2 -> 3, 3 -> 5, 4 -> 6.
    private static ImageBuilder Cluster() => new ImageBuilder().Formed()
        .Broker(1).Broker(2).Broker(3, fenced: true).Broker(4)
        .Topic(1, "t", [1, 2, 3])
        .With(new PartitionChanged(
            Partition(1, 0), new NodeId(1), new LeaderEpoch(3), new PartitionEpoch(1), Nodes(1), []));

    private static IsrProposal Proposal(ImageBuilder builder) => new(
        Partition(1, 0), new NodeId(1), builder.EpochOf(1), new LeaderEpoch(3), new PartitionEpoch(1),
        [new IsrMember(new NodeId(1), builder.EpochOf(1)), new IsrMember(new NodeId(2), builder.EpochOf(2))]);

    private static TestCaseData Case(string what, Func<IsrProposal, IsrProposal> change, ErrorCode error) =>
        new TestCaseData(change, error).SetArgDisplayNames(what);
}
