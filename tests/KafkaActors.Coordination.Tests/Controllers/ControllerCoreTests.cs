using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Controllers.ControllerProtocol;

namespace KafkaActors.Coordination.Tests.Controllers;

/// <summary>What a controller answers, and what it does not.</summary>
public sealed class ControllerCoreTests
{
    [Test]
    public void A_deposed_controller_does_not_answer_what_it_merely_reads()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        ControllerCore<string> deposed = cluster.Controller;
        cluster.Start(2);
        cluster.Ask(new CreateTopics(0, [NewTopic.Named("new", 1, 1)], ValidateOnly: false));
        cluster.Answers.Clear();

        // It takes itself for the controller still, and would say that there is no such topic.
        Assert.That(deposed.IsServing, Is.True);
        IReadOnlyList<ControllerEffect<string>> effects = deposed.Handle(
            new DeleteTopics(7, ["new"]), "client", cluster.Now, DateTimeOffset.UnixEpoch);
        Assert.That(effects.OfType<ControllerEffect<string>.Answer>(), Is.Empty);
        cluster.Carry(deposed, effects);
        Assert.That(cluster.Answers, Has.Count.EqualTo(1));
        Assert.That(cluster.Answers[0].Reply, Is.TypeOf<Refused>()
            .With.Property(nameof(Refused.Error)).EqualTo(ErrorCode.RequestTimedOut));
    }

    [Test]
    public void What_is_read_is_answered_once_a_majority_still_follows_without_another_entry()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        MetadataOffset last = cluster.Image.Offset;
        cluster.Dead.Add(3);
        var refused = (TopicsChanged)cluster.Ask(new DeleteTopics(0, ["none"]));
        Assert.That(refused.Topics[0].Error, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(cluster.Image.Offset, Is.EqualTo(last));

        cluster.Dead.Add(2);
        int answers = cluster.Answers.Count;
        cluster.Send(new DeleteTopics(0, ["none"]));
        Assert.That(cluster.Answers, Has.Count.EqualTo(answers), "a minority does not know");
        cluster.Dead.Clear();
        cluster.Pass(250);
        Assert.That(cluster.Answers, Has.Count.EqualTo(answers + 1), "the next round asks again");
    }

    [Test]
    public void A_controller_that_does_not_serve_says_that_nothing_was_done()
    {
        var cluster = new ControllerCluster(1, 2, 3);
        cluster.Dead.UnionWith([2, 3]);
        cluster.Start(1);
        var refused = (Refused)cluster.Ask(new DeleteTopics(0, ["t"]));
        Assert.That(refused.Error, Is.EqualTo(ErrorCode.NotController));
    }

    [Test]
    public void A_request_that_a_new_controller_does_not_have_is_answered_unknown_at_once()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Take(cluster.Controller.Handle(new Recall(99), "client", cluster.Now));
        Assert.That(cluster.Answers[^1].Reply, Is.TypeOf<Refused>()
            .With.Property(nameof(Refused.Error)).EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(cluster.Answers[^1].Reply.Id, Is.EqualTo(99));
    }

    [Test]
    public void A_request_that_waits_is_not_answered_unknown()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Dead.UnionWith([2, 3]);
        var create = new CreateTopics(7, [NewTopic.Named("u", 1, 1)], ValidateOnly: false);
        cluster.Take(cluster.Controller.Handle(create, "client", cluster.Now, DateTimeOffset.UnixEpoch));
        int answers = cluster.Answers.Count;
        cluster.Take(cluster.Controller.Handle(new Recall(7), "client", cluster.Now));
        Assert.That(cluster.Answers, Has.Count.EqualTo(answers));
        cluster.Take(cluster.Controller.Handle(new Recall(7), "somebody else", cluster.Now));
        Assert.That(cluster.Answers, Has.Count.EqualTo(answers + 1));
    }

    [Test]
    public void Who_was_heard_before_the_controller_served_is_fed_as_soon_as_it_does()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Dead.UnionWith([1, 2]);
        cluster.Start(3);
        cluster.Beat(3);
        Assert.That(cluster.Fed.Where(fed => fed.Message is HeartbeatAnswered).Skip(0), Is.Not.Null);
        cluster.Fed.Clear();
        cluster.Dead.Remove(2);
        cluster.Take(cluster.Controller.Tick(cluster.Now));
        Assert.That(cluster.Controller.IsServing, Is.True);
        Assert.That(
            cluster.Fed.Where(fed => fed.Follower == "follower 3").Select(fed => fed.Message.GetType()),
            Does.Contain(typeof(HeartbeatAnswered)));
    }

    [Test]
    public void A_broker_whose_disk_stands_still_gives_up_what_another_can_lead()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers(replicas: 2);
        NodeId leader = cluster.Partition.Leader;
        cluster.Pass(500);
        cluster.Beat(leader.Value, stalled: TimeSpan.FromSeconds(4.9));
        cluster.Take(cluster.Controller.Tick(cluster.Now));
        Assert.That(cluster.Partition.Leader, Is.EqualTo(leader));
        cluster.Beat(leader.Value, stalled: TimeSpan.FromSeconds(5));
        cluster.Take(cluster.Controller.Tick(cluster.Now));
        Assert.That(cluster.Partition.HasLeader && cluster.Partition.Leader != leader, Is.True);
        Assert.That(cluster.Image.Broker(leader)!.IsFenced, Is.False, "it serves what is on its other disks");
    }

    [Test]
    public void The_only_replica_waits_for_its_disk()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        PartitionImage before = cluster.Partition;
        cluster.Beat(before.Leader.Value, stalled: TimeSpan.FromSeconds(60));
        cluster.Take(cluster.Controller.Tick(cluster.Now));
        Assert.That(cluster.Partition, Is.SameAs(before));
    }
}
