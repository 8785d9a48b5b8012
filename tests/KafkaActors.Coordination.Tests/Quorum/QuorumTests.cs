using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;
using static KafkaActors.Coordination.Quorum.QuorumProtocol;

namespace KafkaActors.Coordination.Tests.Quorum;

public sealed class QuorumTests
{
    [Test]
    public void A_single_voter_forms_a_cluster_and_serves()
    {
        QuorumCluster cluster = new QuorumCluster(1).Start(1);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving));
        Assert.That(cluster.Controller.CommittedImage.ClusterId, Is.EqualTo("cluster of 1"));
        Assert.That(cluster.Controller.CommittedImage.Controller, Is.EqualTo(new NodeId(1)));
        MetadataOffset offset = cluster.Propose(Topic(1));
        cluster.Deliver();
        Assert.That(offset, Is.EqualTo(new MetadataOffset(1)));
        Assert.That(cluster.Committed[^1].Offset, Is.EqualTo(offset));
    }

    [Test]
    public void A_restarted_single_voter_keeps_its_cluster_and_raises_its_epoch()
    {
        QuorumCluster cluster = new QuorumCluster(1).Start(1);
        cluster.Propose(Topic(1));
        cluster.Deliver();
        cluster.Restart(1).Start(1, incarnation: 2);
        Assert.That(cluster.Controller.CommittedImage.Topic("topic-1"), Is.Not.Null);
        Assert.That(cluster.Controller.CommittedImage.ControllerEpoch, Is.EqualTo(2));
        Assert.That(cluster.Committed, Has.Count.EqualTo(3));
    }

    [Test]
    public void A_proposal_computed_from_an_older_image_is_refused()
    {
        QuorumCluster cluster = new QuorumCluster(1).Start(1);
        MetadataOffset old = cluster.Controller.LastOffset;
        cluster.Propose(Topic(1));
        cluster.Controller.Propose([Topic(2)], old, out MetadataOffset offset);
        Assert.That(offset, Is.EqualTo(MetadataOffset.None));
    }

    [Test]
    public void Nothing_is_formed_until_every_initial_voter_says_it_is_empty()
    {
        var cluster = new QuorumCluster(1, 2, 3);
        cluster.Down.Add(new NodeId(3));
        cluster.Start(1);
        cluster.Tick(10);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Querying));
        cluster.Down.Clear();
        cluster.Tick();
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving));
        Assert.That(cluster.Controller.Voters, Has.Length.EqualTo(3));
    }

    [Test]
    public void A_lost_log_of_a_known_cluster_forms_nothing()
    {
        var voter = new VoterState(new Voter(new NodeId(1), ImageBuilder.Directory(1)), Promise.None, null, [], 100)
        {
            KnownClusterId = "old cluster",
        };
        var controller = new ControllerQuorum(new ControllerQuorumSettings(
            new NodeId(1), Guid.Empty, [new NodeId(1)], "new cluster", 100));
        controller.Start();
        var status = (VoterEffect.Reply)voter.Handle(new Query(controller.Self)).Single();
        Assert.That(controller.Handle(status.Message), Is.Empty);
        Assert.That(controller.Phase, Is.EqualTo(QuorumPhase.Querying));
        Assert.That(controller.LostCluster, Is.EqualTo("old cluster"));
    }

    [Test]
    public void A_voter_that_was_empty_once_is_asked_again_before_a_cluster_is_formed()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(2, deliver: false);
        ControllerQuorum candidate = cluster.Controller;
        var asked = new Queue<QuorumEffect.Send>();
        Ask(3, new Query(candidate.Self));
        cluster.Start(1);
        cluster.Wipe(1, 11);
        cluster.Wipe(2, 12);
        Ask(1, new Query(candidate.Self));
        Ask(2, new Query(candidate.Self));
        while (asked.TryDequeue(out QuorumEffect.Send? send))
            if (send.To.Value != 3) Ask(send.To.Value, send.Message);
        Assert.That(candidate.Phase, Is.EqualTo(QuorumPhase.Promising), "voter 3 has the log of a cluster by now");

        void Ask(int node, IRequest request)
        {
            foreach (IReply reply in cluster.Ask(new NodeId(node), request))
                foreach (QuorumEffect.Send send in candidate.Handle(reply).OfType<QuorumEffect.Send>())
                    asked.Enqueue(send);
        }
    }

    [Test]
    public void A_majority_commits_and_a_minority_does_not()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Down.Add(new NodeId(3));
        MetadataOffset first = cluster.Propose(Topic(1));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedOffset, Is.EqualTo(first));
        cluster.Down.Add(new NodeId(2));
        cluster.Propose(Topic(2));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedOffset, Is.EqualTo(first));
        Assert.That(cluster.Voter(1).Last.Offset, Is.EqualTo(first.Next()));
        cluster.Tick(5);
        Assert.That(cluster.Controller.TicksWithoutMajority, Is.GreaterThan(2));
        cluster.Down.Clear();
        cluster.Tick();
        Assert.That(cluster.Controller.CommittedOffset, Is.EqualTo(first.Next()));
        Assert.That(cluster.Controller.TicksWithoutMajority, Is.Zero);
    }

    [Test]
    public void The_voter_of_the_controllers_own_node_is_never_missed()
    {
        QuorumCluster single = new QuorumCluster(1).Start(1);
        single.Down.Add(new NodeId(1));
        single.Propose(Topic(1));
        single.Tick(100);
        Assert.That(single.Controller.TicksWithoutMajority, Is.Zero, "it waits for its disk");
        QuorumCluster three = new QuorumCluster(1, 2, 3).Start(1);
        three.Down.UnionWith([new NodeId(1), new NodeId(3)]);
        three.Tick(100);
        Assert.That(three.Controller.TicksWithoutMajority, Is.LessThanOrEqualTo(1), "it and one other");
        three.Down.Add(new NodeId(2));
        three.Tick(100);
        Assert.That(three.Controller.TicksWithoutMajority, Is.GreaterThan(90), "it alone is no majority");
    }

    [Test]
    public void An_answer_to_a_request_of_long_ago_says_nothing_of_today()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2).Start(1);
        cluster.Tick();
        IReadOnlyList<QuorumEffect> asked = cluster.Controller.Tick();
        for (int i = 0; i < 30; i++) cluster.Controller.Tick();
        var request = asked.OfType<QuorumEffect.Send>().Single(send => send.To == new NodeId(2));
        foreach (IReply reply in cluster.Ask(request.To, request.Message)) cluster.Controller.Handle(reply);
        Assert.That(cluster.Controller.TicksWithoutMajority, Is.GreaterThanOrEqualTo(30));
        cluster.Tick();
        Assert.That(cluster.Controller.TicksWithoutMajority, Is.LessThanOrEqualTo(1));
    }

    [Test]
    public void The_most_complete_log_is_adopted_even_from_another_node()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Down.Add(new NodeId(3));
        for (int i = 0; i < 200; i++) cluster.Propose(Topic(i));
        cluster.Deliver();
        cluster.Down.Clear();
        cluster.Down.Add(new NodeId(1));
        cluster.Start(3);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving));
        Assert.That(cluster.Controller.CommittedImage.Topics, Has.Count.EqualTo(200));
        Assert.That(cluster.Voter(3).Last, Is.EqualTo(cluster.Voter(2).Last));
    }

    [Test]
    public void An_uncommitted_tail_is_cut_at_the_last_common_entry()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Down.UnionWith([new NodeId(2), new NodeId(3)]);
        for (int i = 0; i < 5; i++) cluster.Propose(Topic(i));
        cluster.Deliver();
        cluster.Down.Clear();
        cluster.Down.Add(new NodeId(1));
        cluster.Start(2);
        cluster.Propose(Topic(9));
        cluster.Deliver();
        cluster.Down.Clear();
        cluster.Tick(3);
        Assert.That(cluster.Voter(1).Last, Is.EqualTo(cluster.Voter(2).Last));
        Assert.That(cluster.Voter(1).Image.TopicIds.Keys, Is.EqualTo(new[] { "topic-9" }));
    }

    [Test]
    public void An_old_controller_that_wakes_up_resigns_and_commits_nothing()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        ControllerQuorum old = cluster.Controller;
        cluster.Start(2);
        MetadataOffset before = cluster.Controller.CommittedOffset;
        IReadOnlyList<QuorumEffect> effects = old.Propose([Topic(1)], old.LastOffset, out _);
        foreach (QuorumEffect.Send send in effects.OfType<QuorumEffect.Send>())
            foreach (IReply reply in cluster.Ask(send.To, send.Message)) old.Handle(reply);
        Assert.That(old.Phase, Is.EqualTo(QuorumPhase.Resigned));
        Assert.That(old.CommittedOffset, Is.LessThan(before));
    }

    [Test]
    public void An_equal_epoch_is_promised_to_one_candidate_only()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        var voters = cluster.Controller.Voters;
        int next = cluster.Voter(1).Promised.Epoch + 1;
        var first = new Promise(next, new NodeId(2), new Guid(1, 0, 0, new byte[8]));
        Promise[] others = [first with { Candidate = new NodeId(3) }, first with { Incarnation = Guid.Empty }];
        Assert.That(Granted(first), Is.True);
        Assert.That(Granted(first), Is.True, "the same asker may ask again");
        foreach (Promise other in others) Assert.That(Granted(other), Is.False);
        Assert.That(Granted(first with { Epoch = next - 1 }), Is.False);
        cluster.Restart(1);
        Assert.That(cluster.Voter(1).Promised, Is.EqualTo(first), "it was on disk before it was answered");

        bool Granted(Promise promise) =>
            cluster.Ask(new NodeId(1), new RequestPromise(promise, "", voters)).OfType<PromiseAnswered>().Single()
            .IsGranted;
    }

    [Test]
    public void Appends_below_the_promise_are_refused()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        var append = new Append(
            Promise.None with { Epoch = 0 }, "", LogPosition.Empty, [], MetadataOffset.None, [], Round: 1);
        var answer = (Appended)cluster.Ask(new NodeId(1), append).Single();
        Assert.That(answer.IsMatch, Is.False);
        Assert.That(answer.Promised, Is.EqualTo(cluster.Controller.Self));
    }

    [Test]
    public void A_wiped_voter_neither_promises_nor_counts_until_it_is_admitted_again()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Propose(Topic(1));
        cluster.Deliver();
        cluster.Wipe(3, directory: 33);
        cluster.Down.Add(new NodeId(1));
        cluster.Start(2);
        cluster.Tick(10);
        Assert.That(cluster.Controller.Phase, Is.Not.EqualTo(QuorumPhase.Serving), "2 and the wiped 3 are no majority");
        cluster.Down.Clear();
        cluster.Tick(10);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving));
        Assert.That(cluster.Voter(3).Last, Is.EqualTo(cluster.Voter(2).Last), "it catches up");

        cluster.Down.Add(new NodeId(1));
        MetadataOffset before = cluster.Controller.CommittedOffset;
        cluster.Propose(Topic(2));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedOffset, Is.EqualTo(before), "and does not count");
        cluster.Down.Clear();
        cluster.Tick(2);
        Voter[] without = [.. cluster.Controller.Voters.Where(voter => voter.Node != new NodeId(3))];
        Assert.That(cluster.Propose(new VotersChanged([.. without])), Is.Not.EqualTo(MetadataOffset.None));
        cluster.Deliver();
        Assert.That(
            cluster.Propose(new VotersChanged([.. without, cluster.Voter(3).Self])),
            Is.Not.EqualTo(MetadataOffset.None));
        cluster.Deliver();
        cluster.Down.Add(new NodeId(1));
        MetadataOffset last = cluster.Propose(Topic(3));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedOffset, Is.EqualTo(last), "now 2 and 3 are a majority");
    }

    [Test]
    public void Voters_change_one_at_a_time_and_only_to_one_that_has_caught_up()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        var voters = cluster.Controller.Voters;
        Voter fourth = cluster.Voter(4).Self;
        Assert.That(Refused(new VotersChanged(voters.Add(fourth))), "it has not caught up");
        cluster.Observe(4);
        cluster.Tick(2);
        Assert.That(Refused(new VotersChanged(voters.Add(fourth).RemoveAt(0))), "two at once");
        Assert.That(Refused(new VotersChanged([])), "nobody left");
        Assert.That(Refused(new ClusterFormed("again", voters)), "formed for good");
        cluster.Down.UnionWith([new NodeId(2), new NodeId(3), new NodeId(4)]);
        Assert.That(Refused(new VotersChanged(voters.Add(fourth))), Is.False);
        Assert.That(Refused(new VotersChanged(voters)), "the last change is not committed");
        cluster.Down.Clear();
        cluster.Tick();
        Assert.That(cluster.Controller.CommittedImage.Voters, Has.Length.EqualTo(4));

        bool Refused(MetadataEvent change) => cluster.Propose(change) == MetadataOffset.None;
    }

    [Test]
    public void A_controller_that_removed_itself_resigns_after_the_commit()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Propose(new VotersChanged(cluster.Controller.Voters.RemoveAt(0)));
        Assert.That(cluster.Resigned, Is.Null);
        cluster.Deliver();
        Assert.That(cluster.Resigned, Is.Not.Null);
        Assert.That(cluster.Committed[^1].Events[0], Is.TypeOf<VotersChanged>());
    }

    [Test]
    public void A_controller_serves_on_a_node_that_was_removed_and_admitted_again_before()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(2);
        ImmutableArray<Voter> voters = cluster.Controller.Voters;
        cluster.Propose(new VotersChanged(voters.RemoveAt(0)));
        cluster.Deliver();
        cluster.Propose(new VotersChanged(voters));
        cluster.Deliver();
        cluster.Start(1);
        Assert.That(cluster.Resigned, Is.Null);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving));
    }

    [TestCase(1)]
    [TestCase(3)]
    public void Snapshots_bound_the_log_and_bring_back_whoever_fell_behind_them(int voters)
    {
        var cluster = new QuorumCluster([.. Enumerable.Range(1, voters)]) { SnapshotEvery = 10 };
        cluster.Start(1);
        if (voters > 1) cluster.Down.Add(new NodeId(3));
        for (int i = 0; i < 105; i++)
        {
            cluster.Propose(Topic(i));
            cluster.Deliver();
        }

        Assert.That(cluster.Voter(1).Log.EntryCount, Is.LessThan(20));
        cluster.Down.Clear();
        cluster.Tick(3);
        Assert.That(cluster.Voter(voters).Last, Is.EqualTo(cluster.Voter(1).Last));
        Assert.That(cluster.Voter(voters).Image.Topics, Has.Count.EqualTo(105));
        for (int node = 1; node <= voters; node++) cluster.Restart(node);
        cluster.Start(voters, incarnation: 2);
        Assert.That(cluster.Controller.CommittedImage.Topics, Has.Count.EqualTo(105));
        Assert.That(cluster.Controller.Voters, Has.Length.EqualTo(voters));
    }

    [Test]
    public void An_entry_of_an_earlier_epoch_is_not_committed_by_counting()
    {
        // The figure of the Raft paper (section 5.4.2): what a majority holds may still be overwritten until an entry
        // of the controller's own epoch stands behind it.
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Down.UnionWith([new NodeId(2), new NodeId(3)]);
        cluster.Propose(Topic(1));
        cluster.Deliver();
        cluster.Down.Remove(new NodeId(2));
        cluster.Start(1, incarnation: 2, deliver: false);
        Assert.That(cluster.Committed, Is.Empty);
        cluster.Deliver();
        Assert.That(cluster.Committed.Select(entry => entry.Epoch), Does.Contain(2));
        Assert.That(cluster.Committed[^1].Events[0], Is.TypeOf<ControllerStarted>());
    }

    private static TopicCreated Topic(int number) => new(ImageBuilder.Id(number), $"topic-{number}");
}
