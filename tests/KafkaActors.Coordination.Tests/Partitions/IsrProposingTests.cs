using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Tests.Partitions;

public sealed class IsrProposingTests
{
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private IsrProposing _proposing = null!;

    [SetUp]
    public void Begin() => _proposing = new IsrProposing(Repeat);

    [Test]
    public void A_proposal_is_sent_once_and_again_when_no_answer_came()
    {
        IsrProposal proposal = Proposal(4);
        Assert.That(_proposing.IsDue(proposal, TimeSpan.Zero, out long first), Is.True);
        Assert.That(_proposing.IsDue(proposal, Soon, out _), Is.False);
        Assert.That(_proposing.IsDue(proposal, Repeat, out long second), Is.True);
        Assert.That(second, Is.GreaterThan(first));
    }

    [Test]
    public void Without_a_proposal_nothing_is_sent() =>
        Assert.That(_proposing.IsDue(null, TimeSpan.Zero, out _), Is.False);

    [Test]
    public void An_accepted_proposal_waits_for_the_metadata()
    {
        IsrProposal proposal = Proposal(4);
        _proposing.IsDue(proposal, TimeSpan.Zero, out long id);
        Assert.That(_proposing.Decided(id, ErrorCode.None), Is.Null);
        Assert.That(_proposing.IsDue(proposal, 2 * Repeat, out _), Is.False);
        Assert.That(_proposing.IsDue(Proposal(5), 2 * Repeat, out _), Is.True, "the next one is not accepted yet");
    }

    [Test]
    public void A_refusal_of_any_copy_says_which_partition_epoch_was_refused()
    {
        IsrProposal proposal = Proposal(4);
        _proposing.IsDue(proposal, TimeSpan.Zero, out long first);
        _proposing.IsDue(proposal, Repeat, out _);
        Assert.That(
            _proposing.Decided(first, ErrorCode.InvalidUpdateVersion), Is.EqualTo(new PartitionEpoch(4)));
    }

    [Test]
    public void A_refusal_of_the_proposal_before_says_nothing_of_this_one()
    {
        _proposing.IsDue(Proposal(4), TimeSpan.Zero, out long former);
        _proposing.IsDue(Proposal(5), TimeSpan.Zero, out _);
        Assert.That(_proposing.Decided(former, ErrorCode.InvalidUpdateVersion), Is.Null);
    }

    [Test]
    public void A_controller_that_is_behind_decides_nothing()
    {
        IsrProposal proposal = Proposal(4);
        _proposing.IsDue(proposal, TimeSpan.Zero, out long id);
        Assert.That(_proposing.Decided(id, ErrorCode.NotController), Is.Null);
        Assert.That(_proposing.IsDue(proposal, Repeat, out _), Is.True);
    }

    private static IsrProposal Proposal(int partitionEpoch) => new(
        new TopicIdPartition(TopicId.NewRandom(), 0), new NodeId(1), new BrokerEpoch(1), new LeaderEpoch(1),
        new PartitionEpoch(partitionEpoch), []);
}
