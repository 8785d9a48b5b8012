using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Tests.Metadata.ImageBuilder;

namespace KafkaActors.Coordination.Tests.Partitions;

public sealed class PartitionLeaderStateTests
{
    private static readonly NodeId Two = new(2);
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(30);

    [Test]
    public void With_one_replica_an_append_commits_and_answers_both_acks()
    {
        PartitionLeaderState<string> state = Leader([1]);
        Assert.That(state.Accept(10), Is.Zero);
        state.Await("one", Acks.Leader, 10, Lag);
        state.Await("all", Acks.All, 10, Lag);
        Assert.That(Released(state), Is.Empty);
        Assert.That(state.Appended(10), Is.True);
        Assert.That(state.HighWatermark, Is.EqualTo(10));
        Assert.That(Released(state), Is.EqualTo(new[] { "one", "all" }));
    }

    [Test]
    public void Under_group_commit_nothing_counts_before_it_is_flushed()
    {
        PartitionLeaderState<string> state = Leader([1], groupCommit: true);
        state.Accept(10);
        state.Await("one", Acks.Leader, 10, Lag);
        Assert.That(state.Appended(10), Is.False);
        Assert.That(state.HighWatermark, Is.Zero);
        state.Flushed(9);
        Assert.That(state.HighWatermark, Is.EqualTo(9));
        Assert.That(Released(state), Is.Empty);
        state.Flushed(10);
        Assert.That(Released(state), Is.EqualTo(new[] { "one" }));
    }

    [Test]
    public void Under_group_commit_a_flush_told_before_the_append_counts_with_the_append()
    {
        PartitionLeaderState<string> state = Leader([1], groupCommit: true);
        state.Accept(10);
        state.Accept(10);
        state.Await("first", Acks.All, 10, Lag);
        state.Await("second", Acks.Leader, 20, Lag);
        Assert.That(state.Flushed(20), Is.False, "nothing is appended yet");
        Assert.That(state.HighWatermark, Is.Zero);
        Assert.That(state.Appended(10), Is.True);
        Assert.That(Released(state), Is.EqualTo(new[] { "first" }));
        Assert.That(state.Appended(20), Is.True);
        Assert.That(state.HighWatermark, Is.EqualTo(20));
        Assert.That(Released(state), Is.EqualTo(new[] { "second" }));
    }

    [Test]
    public void Acks_none_is_released_at_once()
    {
        PartitionLeaderState<string> state = Leader([1]);
        state.Accept(1);
        state.Await("none", Acks.None, 1, Lag);
        Assert.That(Released(state), Is.EqualTo(new[] { "none" }));
    }

    [Test]
    public void A_duplicate_waits_for_its_original_and_for_no_later_batch()
    {
        PartitionLeaderState<string> state = Leader([1]);
        state.Accept(10);
        state.Accept(10);
        state.Await("first", Acks.All, 10, Lag);
        state.Await("second", Acks.All, 20, Lag);
        state.Await("duplicate of first", Acks.All, 10, Lag);
        state.Appended(10);
        Assert.That(Released(state), Is.EqualTo(new[] { "first", "duplicate of first" }));
        state.Await("late duplicate", Acks.All, 10, Lag);
        Assert.That(Released(state), Is.EqualTo(new[] { "late duplicate" }));
    }

    [Test]
    public void An_answer_that_waits_too_long_times_out_and_the_others_stay()
    {
        PartitionLeaderState<string> state = Leader([1, 2]);
        state.Accept(20);
        state.Await("patient", Acks.All, 10, TimeSpan.FromSeconds(2));
        state.Await("hasty", Acks.All, 20, TimeSpan.FromSeconds(1));
        state.Tick(TimeSpan.FromSeconds(1));
        Assert.That(state.TryRelease(out ReleasedAppend<string> released), Is.True);
        Assert.That(released, Is.EqualTo(new ReleasedAppend<string>("hasty", ErrorCode.RequestTimedOut)));
        Assert.That(state.PendingCount, Is.EqualTo(1));
    }

    [Test]
    public void Resigning_fails_all_that_waits()
    {
        PartitionLeaderState<string> state = Leader([1, 2]);
        state.Accept(20);
        state.Await("all", Acks.All, 20, Lag);
        state.Await("one", Acks.Leader, 20, Lag);
        state.Resign(ErrorCode.NotLeaderOrFollower);
        var errors = new List<ErrorCode>();
        while (state.TryRelease(out ReleasedAppend<string> released)) errors.Add(released.Error);
        Assert.That(errors, Is.EqualTo(new[] { ErrorCode.NotLeaderOrFollower, ErrorCode.NotLeaderOrFollower }));
        Assert.That(state.PendingCount, Is.Zero);
    }

    [Test]
    public void The_high_watermark_is_the_least_share_of_the_isr()
    {
        PartitionLeaderState<string> state = Leader([1, 2]);
        state.Accept(10);
        state.Await("one", Acks.Leader, 10, Lag);
        state.Appended(10);
        Assert.That(state.HighWatermark, Is.Zero);
        Assert.That(Released(state), Is.EqualTo(new[] { "one" }));
        Fetch(state, 4);
        Assert.That(state.HighWatermark, Is.EqualTo(4));
        Fetch(state, 2);
        Assert.That(state.HighWatermark, Is.EqualTo(4), "never back");
    }

    [TestCase(1, 2, ErrorCode.None, Description = "no more can be asked than there are replicas")]
    [TestCase(2, 2, ErrorCode.NotEnoughReplicas)]
    [TestCase(2, 1, ErrorCode.None)]
    public void Below_the_minimum_isr_nothing_is_accepted_or_committed(int replicas, int min, ErrorCode expected)
    {
        PartitionLeaderState<string> state =
            Leader([.. Enumerable.Range(1, replicas)], isr: [1], minIsr: min);
        Assert.That(state.CheckAppend(Acks.All), Is.EqualTo(expected));
        Assert.That(state.CheckAppend(Acks.Leader), Is.EqualTo(ErrorCode.None));
        state.Accept(1);
        state.Appended(1);
        Assert.That(state.HighWatermark, Is.EqualTo(expected == ErrorCode.None ? 1 : 0));
    }

    [Test]
    public void A_follower_that_caught_up_is_proposed_and_counted_on_before_the_answer()
    {
        PartitionLeaderState<string> state = Leader([1, 2], isr: [1], logEnd: 10);
        Fetch(state, 9);
        Assert.That(state.Proposal, Is.Null, "it must reach the start of the leader epoch");
        Fetch(state, 10);
        Assert.That(state.Proposal!.Isr.Select(member => member.Node.Value), Is.EqualTo(new[] { 1, 2 }));
        Assert.That(state.Proposal.Isr[1].BrokerEpoch, Is.EqualTo(new BrokerEpoch(2)));
        Assert.That(state.Proposal.PartitionEpoch, Is.EqualTo(new PartitionEpoch(0)));
        Assert.That((state.ProposalCause!["ISR before"], state.ProposalCause["ISR"]), Is.EqualTo(((long?)1, (long?)2)));
        state.Accept(5);
        state.Appended(15);
        Assert.That(state.HighWatermark, Is.EqualTo(10), "the one proposed holds it back");
    }

    [Test]
    public void A_refused_expansion_is_counted_on_until_the_partition_epoch_moves()
    {
        PartitionLeaderState<string> state = Leader([1, 2], isr: [1]);
        Fetch(state, 0);
        state.ProposalRefused(new PartitionEpoch(0));
        Assert.That(state.Proposal, Is.Null);
        state.Accept(5);
        state.Appended(5);
        Assert.That(state.HighWatermark, Is.Zero, "a copy of the proposal may still be accepted");
        state.Tick(TimeSpan.Zero);
        Assert.That(state.Proposal!.Isr.Select(member => member.Node.Value), Is.EqualTo(new[] { 1 }));
        state.MetadataChanged(
            state.Partition with { PartitionEpoch = new PartitionEpoch(1) }, Brokers([1, 2]), 1, TimeSpan.Zero);
        Assert.That(state.HighWatermark, Is.EqualTo(5));
    }

    [Test]
    public void A_follower_that_lags_for_too_long_is_proposed_to_leave_and_counts_until_it_has()
    {
        PartitionLeaderState<string> state = Leader([1, 2]);
        state.Accept(5);
        state.Appended(5);
        state.Tick(Lag);
        Assert.That(state.Proposal, Is.Null);
        state.Tick(Lag + TimeSpan.FromTicks(1));
        Assert.That(state.Proposal!.Isr.Single().Node, Is.EqualTo(new NodeId(1)));
        Assert.That(state.HighWatermark, Is.Zero);
        state.MetadataChanged(
            state.Partition with { Isr = Nodes(1), PartitionEpoch = new PartitionEpoch(1) }, Brokers([1, 2]), 1, Lag);
        Assert.That(state.HighWatermark, Is.EqualTo(5));
        Assert.That(state.Proposal, Is.Null);
    }

    [Test]
    public void A_follower_that_holds_what_the_leader_held_at_its_last_fetch_does_not_lag()
    {
        PartitionLeaderState<string> state = Leader([1, 2]);
        for (int second = 0; second < 60; second++)
        {
            Fetch(state, state.LogEndOffset, TimeSpan.FromSeconds(second));
            state.Accept(1);
            state.Appended(second + 1);
            state.Tick(TimeSpan.FromSeconds(second));
        }

        Assert.That(state.Proposal, Is.Null);
    }

    [Test]
    public void A_new_broker_epoch_clears_what_was_known_of_the_follower()
    {
        PartitionLeaderState<string> state = Leader([1, 2], isr: [1], logEnd: 10, brokers: Brokers([1]));
        state.MetadataChanged(state.Partition, Brokers([1, 2], epochOfTwo: 7), 1, TimeSpan.Zero);
        Assert.That(Fetch(state, 10), Is.EqualTo(ErrorCode.StaleBrokerEpoch));
        Assert.That(
            state.FollowerFetched(Two, new BrokerEpoch(7), 10, 10, TimeSpan.Zero), Is.EqualTo(ErrorCode.None));
        Assert.That(state.Proposal!.Isr[1].BrokerEpoch, Is.EqualTo(new BrokerEpoch(7)));
    }

    [Test]
    public void A_fenced_follower_is_not_proposed_and_a_stranger_is_refused()
    {
        PartitionLeaderState<string> state = Leader(
            [1, 2],
            isr: [1],
            brokers: new Dictionary<NodeId, ReplicaBroker> { [Two] = new(new BrokerEpoch(2), false) });
        Fetch(state, 0);
        Assert.That(state.Proposal, Is.Null);
        Assert.That(
            state.FollowerFetched(new NodeId(3), new BrokerEpoch(3), 0, 0, TimeSpan.Zero),
            Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [Test]
    public void Under_group_commit_a_follower_counts_with_what_it_has_flushed()
    {
        PartitionLeaderState<string> state = Leader([1, 2], groupCommit: true);
        state.Accept(10);
        state.Appended(10);
        state.Flushed(10);
        state.FollowerFetched(Two, new BrokerEpoch(2), 10, 3, TimeSpan.Zero);
        Assert.That(state.HighWatermark, Is.EqualTo(3));
    }

    [Test]
    public void Another_leadership_is_refused()
    {
        PartitionLeaderState<string> state = Leader([1]);
        PartitionImage next = state.Partition with { LeaderEpoch = new LeaderEpoch(9) };
        Assert.That(() => state.MetadataChanged(next, Brokers([1]), 1, TimeSpan.Zero), Throws.ArgumentException);
        Assert.That(() => Leader([2, 1], self: 1), Throws.ArgumentException);
    }

    private static ErrorCode Fetch(PartitionLeaderState<string> state, long offset, TimeSpan now = default) =>
        state.FollowerFetched(Two, new BrokerEpoch(2), offset, offset, now);

    private static List<string> Released(PartitionLeaderState<string> state)
    {
        var answers = new List<string>();
        while (state.TryRelease(out ReleasedAppend<string> released))
        {
            Assert.That(released.Error, Is.EqualTo(ErrorCode.None));
            answers.Add(released.Answer);
        }

        return answers;
    }

    private static Dictionary<NodeId, ReplicaBroker> Brokers(int[] nodes, long epochOfTwo = 2) =>
        nodes.ToDictionary(
            node => new NodeId(node), node => new ReplicaBroker(new BrokerEpoch(node == 2 ? epochOfTwo : node), true));

    private static PartitionLeaderState<string> Leader(
        int[] replicas,
        int[]? isr = null,
        int minIsr = 1,
        bool groupCommit = false,
        long logEnd = 0,
        int? self = null,
        IReadOnlyDictionary<NodeId, ReplicaBroker>? brokers = null)
    {
        var partition = new PartitionImage(
            Partition(1, 0), Nodes(replicas), new NodeId(replicas[0]), new LeaderEpoch(4), new PartitionEpoch(0),
            Nodes(isr ?? replicas), []);
        return new PartitionLeaderState<string>(new PartitionLeaderStart(
            new NodeId(self ?? replicas[0]), partition, logEnd, logEnd, 0, minIsr, groupCommit, Lag,
            brokers ?? Brokers(replicas), TimeSpan.Zero));
    }
}
