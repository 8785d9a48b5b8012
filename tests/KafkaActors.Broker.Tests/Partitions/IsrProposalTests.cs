using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Storage;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Partitions;

/// <summary>A leader whose follower never fetches; the test stands in for controller and tick.</summary>
public sealed class IsrProposalTests : PartitionTest
{
    private static readonly NodeId Other = new(2);

    private static readonly PartitionLimits Impatient =
        PartitionLimits.Default with { ReplicaLagTimeMax = TimeSpan.FromMilliseconds(1) };

    [Test]
    public async Task A_follower_that_has_fallen_behind_is_proposed_out_of_the_isr_until_the_controller_decides()
    {
        (IActorRef actor, PartitionHandle partition) = await LeadWithFollower();

        ControllerProtocol.ProposeIsr first = await Proposed(actor, partition);
        actor.Tell(
            new ControllerProtocol.Refused(first.Id, ErrorCode.RequestTimedOut, "unknown"), Controller.Ref);
        ControllerProtocol.ProposeIsr again = await Proposed(actor, partition);

        Assert.That(first.Proposal.Isr.Select(member => member.Node), Is.EqualTo(new[] { Self }));
        Assert.That(first.Proposal.PartitionEpoch, Is.EqualTo(new PartitionEpoch(0)));
        Assert.That(again.Id, Is.GreaterThan(first.Id), "an unknown outcome is asked for again");
        Assert.That(again.Proposal.Isr, Is.EqualTo(first.Proposal.Isr));
    }

    [Test]
    public async Task A_decided_isr_lets_the_high_watermark_pass_the_follower_that_left()
    {
        (IActorRef actor, PartitionHandle partition) = await LeadWithFollower();
        ControllerProtocol.ProposeIsr proposed = await Proposed(actor, partition);
        Assert.That(partition.Log.View.HighWatermark, Is.Zero);

        actor.Tell(
            new ControllerProtocol.IsrDecided(proposed.Id, ErrorCode.None, new MetadataOffset(3)), Controller.Ref);
        partition.Assignment = partition.Assignment with
        {
            Image = partition.Assignment.Image with { Isr = [Self], PartitionEpoch = new PartitionEpoch(1) },
        };
        actor.Tell(PartitionProtocol.AssignmentChanged.Instance);

        await Eventually.That(() => partition.Log.View.HighWatermark, Is.EqualTo(1));
        await Eventually.True(() => !partition.HasPending, "that there is nothing left to decide");
    }

    [Test]
    public async Task A_refused_proposal_is_made_anew_from_what_is_known_then()
    {
        (IActorRef actor, PartitionHandle partition) = await LeadWithFollower();
        ControllerProtocol.ProposeIsr first = await Proposed(actor, partition);

        actor.Tell(
            new ControllerProtocol.IsrDecided(first.Id, ErrorCode.InvalidUpdateVersion, new MetadataOffset(3)),
            Controller.Ref);
        ControllerProtocol.ProposeIsr second = await Proposed(actor, partition);

        Assert.That(second.Id, Is.GreaterThan(first.Id));
        Assert.That(second.Proposal.Isr.Select(member => member.Node), Is.EqualTo(new[] { Self }));
    }

    private async Task<(IActorRef Actor, PartitionHandle Partition)> LeadWithFollower()
    {
        PartitionHandle partition = Open("test");
        Assign(partition, ReplicaRole.Leader, 0);
        partition.Assignment = partition.Assignment with
        {
            Image = partition.Assignment.Image with { Replicas = [Self, Other], Isr = [Self, Other] },
            Brokers = new Dictionary<NodeId, ReplicaBroker>
            {
                [Self] = new(new BrokerEpoch(1), true), [Other] = new(new BrokerEpoch(2), true),
            },
        };
        IActorRef actor = Start(partition, Impatient);
        await Eventually.True(() => partition.Route is not null, "the partition is led");
        await Ask(actor, Append(partition, Batch("a"), acks: Acks.Leader));
        return (actor, partition);
    }

    // The node's tick comes once a second; here as often as it takes.
    private async Task<ControllerProtocol.ProposeIsr> Proposed(IActorRef actor, PartitionHandle partition)
    {
        Assert.That(partition.HasPending, Is.True, "the node's tick reaches it");
        await Eventually.True(
            () =>
            {
                actor.Tell(PartitionProtocol.ExpirePending.Instance);
                return Controller.HasMessages;
            },
            "a proposal");
        return await Controller.ExpectMsgAsync<ControllerProtocol.ProposeIsr>();
    }
}
