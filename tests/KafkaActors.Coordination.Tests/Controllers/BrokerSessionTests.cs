using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Controllers.ControllerProtocol;

namespace KafkaActors.Coordination.Tests.Controllers;

/// <summary>Who is fenced, when, and who is not.</summary>
public sealed class BrokerSessionTests
{
    [Test]
    public void A_broker_that_falls_silent_is_fenced_after_a_session_and_not_before()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Dead.Add(3);
        cluster.Pass(2000);
        Assert.That(IsFenced(cluster, 3), Is.False);
        cluster.Pass(1000);
        Assert.That(IsFenced(cluster, 3), Is.True);
        Assert.That((IsFenced(cluster, 1), IsFenced(cluster, 2)), Is.EqualTo((false, false)));
    }

    /// <summary>Row 12.</summary>
    [Test]
    public void A_broker_that_died_with_the_controllers_node_is_fenced_one_session_after_the_next_serves()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3, 4, 5).Start(1).WithBrokers();
        cluster.Pass(1000);
        cluster.Dead.UnionWith([1, 3]);
        cluster.Start(2);
        Assert.That(cluster.Controller.IsServing, Is.True);
        cluster.Pass(2750);
        Assert.That((IsFenced(cluster, 1), IsFenced(cluster, 3)), Is.EqualTo((true, true)));
        Assert.That((IsFenced(cluster, 4), IsFenced(cluster, 5)), Is.EqualTo((false, false)));
    }

    /// <summary>Row 13: however short each of them serves, and nobody who lives is fenced.</summary>
    [TestCase(2000)]
    [TestCase(1000)]
    [TestCase(500)]
    public void A_dead_host_is_fenced_after_two_sessions_of_served_time_for_any_number_of_controllers(int served)
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3, 4, 5).Start(1).WithBrokers();
        cluster.Pass(1000);
        cluster.Dead.Add(3);
        int sum = 0;
        foreach (int node in Enumerable.Range(0, 100).Select(index => new[] { 1, 2, 4, 5 }[index % 4]))
        {
            cluster.Start(node);
            for (int passed = 0; passed < served && !IsFenced(cluster, 3); passed += 250, sum += 250) cluster.Pass(250);
            if (IsFenced(cluster, 3)) break;
        }

        Assert.That(IsFenced(cluster, 3), Is.True);
        Assert.That(sum, Is.LessThanOrEqualTo(5000 + 250));
        BrokerEpoch[] epochs = [.. cluster.Image.Brokers.Values.Select(broker => broker.Epoch)];
        cluster.Pass(5000);
        Assert.That(cluster.Image.Brokers.Values.Where(broker => broker.IsFenced), Has.Exactly(1).Items);
        Assert.That(cluster.Image.Brokers.Values.Select(broker => broker.Epoch), Is.EqualTo(epochs));
    }

    [Test]
    public void What_is_known_of_unheard_brokers_outlives_a_snapshot()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Dead.Add(3);
        cluster.Start(2);
        MetadataImage image = cluster.Image;
        Assert.That(image.Broker(new NodeId(3))!.UnheardGrants, Is.EqualTo(1));
        MetadataImage loaded = MetadataSnapshot.Load(MetadataSnapshot.EventsOf(image), image.Offset);
        Assert.That(loaded.Broker(new NodeId(3))!.UnheardGrants, Is.EqualTo(1));
    }

    /// <summary>Trap "sleeping controller".</summary>
    [Test]
    public void A_controller_that_slept_for_three_and_a_half_seconds_fences_nobody()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Pass(1000);
        MetadataOffset before = cluster.Image.Offset;
        cluster.Sleep(3500);
        cluster.Take(cluster.Controller.Tick(cluster.Now));
        cluster.Pass(3000);
        Assert.That(cluster.Image.Offset, Is.EqualTo(before), "nothing was decided");
    }

    [Test]
    public void A_controller_that_sleeps_again_and_again_fences_whoever_died_all_the_same()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Pass(1000);
        cluster.Dead.Add(3);
        for (int time = 0; time < 12; time++)
        {
            cluster.Pass(500);
            cluster.Sleep(3500);
            cluster.Take(cluster.Controller.Tick(cluster.Now));
        }

        Assert.That((IsFenced(cluster, 2), IsFenced(cluster, 3)), Is.EqualTo((false, true)));
    }

    [Test]
    public void Two_that_fall_silent_together_are_fenced_in_one_entry()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3, 4, 5).Start(1).WithBrokers();
        cluster.Pass(1000);
        cluster.Dead.UnionWith([2, 3]);
        cluster.Pass(3000);
        MetadataEntry[] fences = [.. cluster.Committed
            .Where(entry => entry.Events.Any(item => item is MetadataEvent.BrokerFenced))];
        Assert.That(fences, Has.Length.EqualTo(1));
        Assert.That(
            fences[0].Events.OfType<MetadataEvent.BrokerFenced>().Select(fence => fence.Node.Value),
            Is.EqualTo(new[] { 2, 3 }));
    }

    [Test]
    public void Confirmed_death_ends_the_session_of_exactly_that_incarnation_at_once()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Pass(500);
        Guid living = cluster.Incarnations[new NodeId(3)];
        cluster.Take(cluster.Controller.ConfirmedDead(new NodeId(3), Guid.NewGuid(), cluster.Now));
        Assert.That(IsFenced(cluster, 3), Is.False);
        cluster.Take(cluster.Controller.ConfirmedDead(new NodeId(3), living, cluster.Now));
        Assert.That(IsFenced(cluster, 3), Is.True);
    }

    [Test]
    public void Only_the_removal_of_exactly_that_member_fences()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Pass(500);
        cluster.Take(cluster.Controller.MemberRemoved(new NodeId(3), "akka://3", akkaUid: 77, cluster.Now));
        Assert.That(IsFenced(cluster, 3), Is.False);
        cluster.Take(cluster.Controller.MemberRemoved(new NodeId(3), "akka://3", akkaUid: 3, cluster.Now));
        Assert.That(IsFenced(cluster, 3), Is.True);
    }

    /// <summary>Row 14.</summary>
    [Test]
    public void A_process_that_registers_twice_keeps_its_epoch_and_what_it_leads()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        int leader = cluster.Partition.Leader.Value;
        PartitionImage before = cluster.Partition;
        BrokerEpoch epoch = cluster.Image.Broker(before.Leader)!.Epoch;
        Assert.That(cluster.Register(leader), Is.EqualTo(epoch));
        Assert.That(cluster.Partition, Is.SameAs(before));
    }

    /// <summary>Row 15.</summary>
    [Test]
    public void A_process_started_again_on_its_directory_takes_over_in_one_decision()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Pass(500);
        NodeId leader = cluster.Partition.Leader;
        (LeaderEpoch leaderEpoch, BrokerEpoch epoch) =
            (cluster.Partition.LeaderEpoch, cluster.Image.Broker(leader)!.Epoch);
        cluster.Incarnations[leader] = cluster.NextIncarnation();
        int entries = cluster.Committed.Count;
        var registered = (BrokerDecided)cluster.Ask(new RegisterBroker(0, cluster.Registration(leader)));
        Assert.That((registered.Error, registered.Epoch > epoch), Is.EqualTo((ErrorCode.None, true)));
        Assert.That(cluster.Committed, Has.Count.EqualTo(entries + 1), "one decision");
        Assert.That(cluster.Partition.LeaderEpoch, Is.GreaterThan(leaderEpoch));
        Assert.That(cluster.Image.Broker(leader)!.IsFenced, Is.True);
        Assert.That(cluster.Register(leader.Value), Is.EqualTo(registered.Epoch));
        Assert.That(cluster.Partition.Leader, Is.EqualTo(leader), "ready in time");
    }

    [Test]
    public void A_process_on_another_directory_waits_for_the_end_of_the_session()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Pass(500);
        cluster.Dead.Add(3);
        cluster.Incarnations[new NodeId(3)] = cluster.NextIncarnation();
        Assert.That(cluster.Register(3, ImageBuilder.Directory(33)), Is.EqualTo(BrokerEpoch.None));
        cluster.Pass(3000);
        Assert.That(cluster.Register(3, ImageBuilder.Directory(33)), Is.Not.EqualTo(BrokerEpoch.None));
    }

    [Test]
    public void A_broker_whose_session_is_over_is_not_unfenced_until_it_is_heard()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        BrokerEpoch epoch = cluster.Image.Broker(new NodeId(3))!.Epoch;
        cluster.Dead.Add(3);
        cluster.Pass(3000);
        var unfence = new UnfenceBroker(0, new NodeId(3), epoch);
        Assert.That(((BrokerDecided)cluster.Ask(unfence)).Error, Is.EqualTo(ErrorCode.BrokerNotAvailable));
        cluster.Beat(3);
        Assert.That(((BrokerDecided)cluster.Ask(unfence)).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(IsFenced(cluster, 3), Is.False);
    }

    [Test]
    public void A_heartbeat_of_another_cluster_is_told_so_and_nothing_else()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Fed.Clear();
        cluster.Beat(9, clusterId: "another", incarnation: Guid.NewGuid());
        Assert.That(cluster.Fed, Has.Count.EqualTo(1));
        var told = (HeartbeatAnswered)cluster.Fed[0].Message;
        Assert.That(told.Error, Is.EqualTo(ErrorCode.InconsistentClusterId));
        Assert.That(told.Message, Does.Contain("another"));
    }

    [Test]
    public void A_heartbeat_of_a_former_process_is_told_so_and_keeps_nobody_alive()
    {
        ControllerCluster cluster = new ControllerCluster(1, 2, 3).Start(1).WithBrokers();
        cluster.Dead.Add(3);
        cluster.Fed.Clear();
        for (int time = 0; time < 6; time++)
        {
            cluster.Beat(3, incarnation: Guid.NewGuid());
            cluster.Pass(500);
        }

        Assert.That(((HeartbeatAnswered)cluster.Fed[0].Message).Error, Is.EqualTo(ErrorCode.StaleBrokerEpoch));
        Assert.That(IsFenced(cluster, 3), Is.True);
    }

    private static bool IsFenced(ControllerCluster cluster, int node) =>
        cluster.Image.Broker(new NodeId(node))!.IsFenced;
}
