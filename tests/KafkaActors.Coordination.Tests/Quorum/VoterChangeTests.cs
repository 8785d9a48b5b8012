using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Tests.Quorum;

/// <summary>One voter becomes three, and one at a time comes and goes (decision 0019).</summary>
public sealed class VoterChangeTests
{
    [Test]
    public void One_voter_becomes_three_in_one_entry()
    {
        QuorumCluster cluster = Observed();
        ImmutableArray<Voter> three = Three(cluster);
        cluster.Propose(new VotersChanged(three));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedImage.Voters, Is.EqualTo(three));
        foreach (int dead in (int[])[1, 2, 3])
        {
            cluster.Down.Clear();
            cluster.Down.Add(new NodeId(dead));
            cluster.Start((dead % 3) + 1, incarnation: dead + 1);
            Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving), $"without {dead}");
        }
    }

    [Test]
    public void The_single_voter_has_the_wider_set_on_its_disk_before_anybody_else_is_sent_it()
    {
        QuorumCluster cluster = Observed();
        ImmutableArray<Voter> three = Three(cluster);
        cluster.DiesBefore = (node, effect) => node.Value == 1 && effect is VoterEffect.WriteEntries;
        cluster.Propose(new VotersChanged(three));
        cluster.Deliver();
        cluster.Tick(3);
        Assert.That(cluster.Voter(2).Voters, Has.Length.EqualTo(1));
        Assert.That(cluster.Voter(3).Voters, Has.Length.EqualTo(1));

        // Voter 1 decides alone, by the set of its log; nobody can contradict it.
        cluster.DiesBefore = (_, _) => false;
        cluster.Down.Clear();
        cluster.Start(1, incarnation: 2);
        Assert.That(cluster.Controller.Voters, Has.Length.EqualTo(1));
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving));
    }

    [Test]
    public void What_the_single_voter_lacks_is_not_committed_by_those_who_are_to_join_it()
    {
        QuorumCluster cluster = Observed();
        ImmutableArray<Voter> three = Three(cluster);
        cluster.DiesBefore = (node, effect) => node.Value == 1 && effect is VoterEffect.WriteEntries;
        MetadataOffset topic = cluster.Propose(new TopicCreated(ImageBuilder.Id(1), "topic-1"));
        cluster.Propose(new VotersChanged(three));
        cluster.Deliver();
        cluster.Tick(3);
        Assert.That(cluster.Voter(2).Last.Offset, Is.EqualTo(topic), "2 and 3 have it, and would be a majority");
        Assert.That(cluster.Controller.CommittedOffset, Is.LessThan(topic), "1 could decide otherwise, alone");
    }

    [TestCase(2)]
    [TestCase(3)]
    public void On_the_way_from_one_to_three_the_death_of_no_other_than_the_first_stops_it(int dead)
    {
        QuorumCluster cluster = Observed();
        cluster.Down.Add(new NodeId(dead));
        cluster.Propose(new VotersChanged(Three(cluster)));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedImage.Voters, Has.Length.EqualTo(3));
    }

    [Test]
    public void A_planted_step_to_three_that_goes_to_all_at_once_makes_two_majorities()
    {
        QuorumCluster cluster = Observed(new QuorumRules { WidensInAnyOrder = true });
        cluster.DiesBefore = (node, effect) => node.Value == 1 && effect is VoterEffect.WriteEntries;
        cluster.Propose(new VotersChanged(Three(cluster)));
        cluster.Deliver();
        cluster.DiesBefore = (_, _) => false;
        Assert.That(cluster.Controller.CommittedImage.Voters, Has.Length.EqualTo(3), "by 2 and 3");
        cluster.Down.Clear();
        cluster.Down.UnionWith([new NodeId(2), new NodeId(3)]);
        cluster.Start(1, incarnation: 2);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving), "and 1 decides by the old set");
    }

    [Test]
    public void A_change_is_refused_with_its_reason()
    {
        QuorumCluster cluster = Observed();
        ImmutableArray<Voter> three = Three(cluster);
        Assert.That(Refusal(three.Add(cluster.Voter(4).Self)), Does.Contain("Node 4").And.Contain("caught up"));
        Assert.That(Refusal([]), Does.Contain("last voter"));
        Assert.That(Refusal([three[1]]), Does.Contain("one at a time"));
        Assert.That(Refusal(cluster.Controller.Voters), Does.Contain("already"));
        Voter wiped = three[0] with { Directory = ImageBuilder.Directory(99) };
        Assert.That(Refusal([three[0], wiped]), Does.Contain("remove the one of its former directory first"));
        cluster.Propose(new VotersChanged(three));
        Assert.That(Refusal(three.RemoveAt(2)), Does.Contain("not committed yet"));
        cluster.Deliver();
        Assert.That(Refusal(three.RemoveAt(2)), Is.Null);
        Assert.That(Refusal([three[0]]), Does.Contain("one at a time"), "majorities of {1} and {1,2,3} need not meet");

        string? Refusal(ImmutableArray<Voter> voters) => cluster.Controller.RefusalOf(voters);
    }

    [Test]
    public void A_live_voter_is_not_removed_while_the_rest_could_not_decide()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Down.Add(new NodeId(3));
        cluster.Tick(30);
        ImmutableArray<Voter> voters = cluster.Controller.Voters;
        Assert.That(cluster.Controller.RefusalOf(voters.RemoveAt(1)), Does.Contain("3 cannot be heard"));
        Assert.That(cluster.Controller.RefusalOf(voters.RemoveAt(2)), Is.Null, "the dead one can go");
    }

    [Test]
    public void An_observer_that_is_far_behind_is_sent_the_snapshot_once_in_a_while()
    {
        var cluster = new QuorumCluster(1) { SnapshotEvery = 10 };
        cluster.Start(1);
        for (int i = 0; i < 40; i++)
        {
            cluster.Propose(new TopicCreated(ImageBuilder.Id(i), $"topic-{i}"));
            cluster.Deliver();
        }

        ControllerQuorum controller = cluster.Controller;
        controller.Know([new NodeId(2)]);
        int sent = Enumerable.Range(0, 20).Sum(_ => controller.Tick().OfType<QuorumEffect.Send>()
            .Count(send => send.Message is QuorumProtocol.InstallSnapshot));
        Assert.That(sent, Is.Zero, "nobody knows yet how far it is");
        cluster.Voter(2);
        cluster.Tick(2);
        Assert.That(cluster.Voter(2).Image.Topics, Has.Count.EqualTo(40));
        Assert.That(controller.Members.Select(member => (member.Node.Value, member.IsVoter, member.LogEndOffset)),
            Is.EqualTo(new[] { (1, true, 41L), (2, false, 41L) }));
    }

    /// <summary>Else each change would cost the cluster its controller for as long as an outsider waits.</summary>
    [Test]
    public void A_wiped_voters_node_that_leads_changes_the_voters_one_after_the_other_and_comes_back_itself()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        Voter former = cluster.Voter(3).Self;
        cluster.Voter(4);
        cluster.Wipe(3, directory: 33);
        cluster.Start(3);
        cluster.Tick(30);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving), "nobody else leads");

        Change(voters => voters.Remove(former), "what is taken away is not the voter that leads: that one is none");
        Change(voters => voters.Add(cluster.Voter(4).Self), "an addition takes nobody away");
        Change(voters => voters.Add(cluster.Voter(3).Self), "from here on it is a voter");
        cluster.Propose(new VotersChanged(cluster.Controller.Voters.Remove(cluster.Voter(3).Self)));
        cluster.Deliver();
        Assert.That(cluster.Resigned, Does.Contain("no voter"));

        void Change(Func<ImmutableArray<Voter>, ImmutableArray<Voter>> change, string why)
        {
            ImmutableArray<Voter> voters = change(cluster.Controller.Voters);
            cluster.Propose(new VotersChanged(voters));
            cluster.Deliver();
            cluster.Tick();
            Assert.That(cluster.Resigned, Is.Null, why);
            Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving), why);
            Assert.That(cluster.Controller.CommittedImage.Voters, Is.EqualTo(voters), why);
        }
    }

    private static QuorumCluster Observed(QuorumRules? rules = null)
    {
        var cluster = new QuorumCluster(1) { Rules = rules ?? QuorumRules.Correct };
        cluster.Start(1);
        cluster.Observe(2);
        cluster.Observe(3);
        cluster.Tick(2);
        return cluster;
    }

    private static ImmutableArray<Voter> Three(QuorumCluster cluster) =>
        [cluster.Voter(1).Self, cluster.Voter(2).Self, cluster.Voter(3).Self];
}
