using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Tests.Quorum;

/// <summary>Observe, catch up, change: one at a time, each refusal with its reason.</summary>
public sealed class VoterChangesTests
{
    [Test]
    public void A_node_becomes_a_voter_once_it_has_caught_up()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        var changes = new VoterChanges(cluster.Controller);
        cluster.Controller.Know([new NodeId(4)]);
        Assert.That(changes.Add(null, [Node(4)], 0, 100), Is.TypeOf<VoterStep.Wait>());
        cluster.Voter(4);
        cluster.Tick(2);
        var proposed = (VoterStep.Propose)changes.Continue(2);
        Assert.That(proposed.Voters, Is.EqualTo(cluster.Controller.Voters.Add(cluster.Voter(4).Self)));
        Assert.That(changes.IsWaiting, Is.False);
        cluster.Propose(new VotersChanged(proposed.Voters));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedImage.Voters, Has.Length.EqualTo(4));
    }

    [Test]
    public void One_voter_and_two_observers_become_three_voters_in_one_step()
    {
        QuorumCluster cluster = new QuorumCluster(1).Start(1);
        var changes = new VoterChanges(cluster.Controller);
        cluster.Controller.Know([new NodeId(2), new NodeId(3)]);
        cluster.Voter(2);
        cluster.Tick(2);
        Assert.That(changes.Add("cluster of 1", [Node(2), Node(3)], 0, 100), Is.TypeOf<VoterStep.Wait>());
        cluster.Voter(3);
        cluster.Tick(2);
        Assert.That(((VoterStep.Propose)changes.Continue(1)).Voters, Has.Length.EqualTo(3));
    }

    [Test]
    public void A_second_change_is_refused_at_once_while_one_waits_or_is_not_committed()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        var changes = new VoterChanges(cluster.Controller);
        changes.Add(null, [Node(4)], 0, 100);
        Assert.That(Refusal(changes.Add(null, [Node(5)], 0, 100)), Does.Contain("Node 4 is being added"));
        Assert.That(
            Refusal(changes.Remove(null, cluster.Controller.Voters[2])), Does.Contain("Node 4 is being added"));
        changes.Continue(100);
        cluster.Propose(new VotersChanged(cluster.Controller.Voters.RemoveAt(2)));
        Assert.That(Refusal(changes.Add(null, [Node(5)], 0, 100)), Does.Contain("not committed yet"));
    }

    [Test]
    public void A_node_that_does_not_catch_up_in_time_is_refused_and_named()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        var changes = new VoterChanges(cluster.Controller);
        changes.Add(null, [Node(4)], 10, 5);
        Assert.That(changes.Continue(14), Is.TypeOf<VoterStep.Wait>());
        var refused = (VoterStep.Refuse)changes.Continue(15);
        Assert.That(refused.Error, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(refused.Message, Does.Contain("node 4 has not answered").And.Contain("Nothing was done"));
        Assert.That(changes.IsWaiting, Is.False);
    }

    [Test]
    public void A_wiped_voter_comes_back_by_remove_and_add()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        Voter former = cluster.Voter(3).Self;
        cluster.Wipe(3, directory: 33);
        cluster.Tick(3);
        var changes = new VoterChanges(cluster.Controller);
        Assert.That(
            Refusal(changes.Add(null, [new NewVoter(new NodeId(3), cluster.Voter(3).Self.Directory)], 0, 10)),
            Does.Contain("remove the one of its former directory first"));
        cluster.Propose(new VotersChanged(((VoterStep.Propose)changes.Remove(null, former)).Voters));
        cluster.Deliver();
        Assert.That(VoterAdvice.For(cluster.Voter(3).Self, cluster.Voter(3).Image), Does.Contain("add-controller"));
        ImmutableArray<Voter> again = ((VoterStep.Propose)changes.Add(null, [Node(3)], 0, 10)).Voters;
        cluster.Propose(new VotersChanged(again));
        cluster.Deliver();
        cluster.Tick();
        Assert.That(cluster.Controller.CommittedImage.Voters, Does.Contain(cluster.Voter(3).Self));
        Assert.That(VoterAdvice.For(cluster.Voter(3).Self, cluster.Voter(3).Image), Is.Null);
    }

    [Test]
    public void Who_is_meant_wrongly_is_told_what_is_right()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        var changes = new VoterChanges(cluster.Controller);
        Assert.That(Error(changes.Add("other", [Node(4)], 0, 1)), Is.EqualTo(ErrorCode.InconsistentClusterId));
        Assert.That(Error(changes.Add(null, [Node(3)], 0, 1)), Is.EqualTo(ErrorCode.DuplicateVoter));
        Assert.That(Error(changes.Add(null, [Node(4), Node(5)], 0, 1)), Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(Error(changes.Add(null, [], 0, 1)), Is.EqualTo(ErrorCode.InvalidRequest));
        VoterStep other = changes.Remove(null, new Voter(new NodeId(3), ImageBuilder.Directory(99)));
        Assert.That(Error(other), Is.EqualTo(ErrorCode.VoterNotFound));
        Assert.That(Refusal(other), Does.Contain(cluster.Voter(3).Self.Directory.ToString()));
    }

    [Test]
    public void The_advice_names_the_former_directory_of_a_wiped_voter()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        var wiped = new Voter(new NodeId(3), ImageBuilder.Directory(33));
        string advice = VoterAdvice.For(wiped, cluster.Controller.CommittedImage)!;
        Assert.That(
            advice,
            Does.Contain($"remove-controller --controller-id 3 --controller-directory-id {ImageBuilder.Directory(3)}")
                .And.Contain("add-controller --controller-id 3"));
        Assert.That(VoterAdvice.For(wiped, MetadataImage.Empty), Is.Null);
    }

    private static NewVoter Node(int node) => new(new NodeId(node), null);

    private static string Refusal(VoterStep step) => ((VoterStep.Refuse)step).Message;

    private static ErrorCode Error(VoterStep step) => ((VoterStep.Refuse)step).Error;
}
