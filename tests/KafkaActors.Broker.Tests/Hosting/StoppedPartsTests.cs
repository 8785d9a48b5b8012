using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using KafkaActors.Broker.Downing;
using KafkaActors.Broker.Hosting;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Supervision;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Hosting;

/// <summary>A part of a node that stops, as it does at a PoisonPill, is noticed as one that fails.</summary>
public sealed class StoppedPartsTests
{
    private const string Guardian = "/user/kafka-actors";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TempDirectory _data = null!;
    private StringWriter _log = null!;

    [SetUp]
    public void CreateData() => (_data, _log) = (new TempDirectory(), new StringWriter());

    [TearDown]
    public async Task RemoveData()
    {
        _data.Dispose();
        await _log.DisposeAsync();
    }

    [TestCase("replica-manager")]
    [TestCase("group-coordinator")]
    [TestCase("controller")]
    [TestCase("voter")]
    [TestCase("front-door")]
    public async Task A_part_that_stops_ends_the_node_with_its_name(string part)
    {
        await using KafkaActorsNode node = await StartAsync();
        node.System.ActorSelection($"{Guardian}/{part}").Tell(PoisonPill.Instance);
        Assert.That(await node.Stopped.WaitAsync(Patience), Is.EqualTo(NodeStopReason.Removed));
        Assert.That(_log.ToString(), Does.Contain("cannot go on").And.Contain($"its {part} has stopped by itself"));
    }

    [Test]
    public async Task So_does_the_region_of_the_partitions()
    {
        await using KafkaActorsNode node = await StartAsync();
        ClusterSharding.Get(node.System).ShardRegion(PartitionSharding.TypeName).Tell(PoisonPill.Instance);
        Assert.That(await node.Stopped.WaitAsync(Patience), Is.EqualTo(NodeStopReason.Removed));
        Assert.That(_log.ToString(), Does.Contain("its partition has stopped by itself"));
    }

    [Test]
    public async Task And_the_guardian_itself()
    {
        await using KafkaActorsNode node = await StartAsync();
        node.System.ActorSelection(Guardian).Tell(PoisonPill.Instance);
        Assert.That(await node.Stopped.WaitAsync(Patience), Is.EqualTo(NodeStopReason.Removed));
    }

    [TestCase("controller/controller")]
    [TestCase("group-coordinator/coordinator")]
    public async Task A_singleton_that_stops_is_started_again_and_the_controller_decides_on(string singleton)
    {
        await using KafkaActorsNode node = await StartAsync();
        ActorSelection active = node.System.ActorSelection($"{Guardian}/{singleton}/{KeptSingleton.ChildName}");
        IActorRef first = ActorRefs.Nobody;
        await Eventually.True(async () => !(first = await Find(active)).IsNobody(), "the first", Patience);
        first.Tell(PoisonPill.Instance);
        await Eventually.True(
            async () => await Find(active) is var next && !next.IsNobody() && !next.Equals(first), "another", Patience);
        var answer = await node.System.ActorSelection($"{Guardian}/controller-proxy")
            .Ask<ControllerProtocol.BrokerDecided>(
                new ControllerProtocol.UnfenceBroker(1, node.NodeId, new BrokerEpoch(-1)), Patience);
        Assert.That(answer.Error, Is.EqualTo(ErrorCode.StaleBrokerEpoch));
        Assert.That(node.Stopped.IsCompleted, Is.False);
    }

    [TestCase("controller")]
    [TestCase("group-coordinator")]
    public async Task A_singleton_whose_manager_has_let_it_go_for_good_ends_the_node(string manager)
    {
        await using KafkaActorsNode node = await StartAsync();
        string keeper = $"{Guardian}/{manager}/{(manager == "controller" ? manager : "coordinator")}";
        IActorRef hosted = ActorRefs.Nobody;
        await Eventually.True(
            async () => !(hosted = await Find(node.System.ActorSelection(keeper))).IsNobody(), keeper, Patience);
        hosted.Tell(PoisonPill.Instance);
        Assert.That(await node.Stopped.WaitAsync(Patience), Is.EqualTo(NodeStopReason.Removed));
        Assert.That(
            _log.ToString(), Does.Contain($"its {manager} has stopped by itself, and is never hosted here again"));
    }

    [Test]
    public async Task A_node_whose_process_the_cluster_has_removed_shuts_its_doors_and_ends()
    {
        await using KafkaActorsNode node = await StartAsync();
        NodeDoor door = node.Doors.Single(door => door.Name == "kafka");
        node.System.EventStream.Publish(new NodeMustEnd("its uid is gone"));
        Assert.That(await node.Stopped.WaitAsync(Patience), Is.EqualTo(NodeStopReason.Removed));
        Assert.That(_log.ToString(), Does.Contain("cannot go on: its uid is gone"));
        Assert.That(await ClosedPort.IsRefusedAsync(door.Host, door.Port), Is.True);
        Assert.That(node.System.WhenTerminated.IsCompleted, Is.True);
    }

    [Test]
    public async Task A_node_that_is_stopped_complains_of_nobody()
    {
        await (await StartAsync()).StopAsync();
        Assert.That(_log.ToString(), Is.Empty);
    }

    private static async Task<IActorRef> Find(ActorSelection selection)
    {
        try
        {
            return await selection.ResolveOne(Patience);
        }
        catch (ActorNotFoundException)
        {
            return ActorRefs.Nobody;
        }
    }

    private Task<KafkaActorsNode> StartAsync() => KafkaActorsNode.StartAsync(
        ConfigurationFactory.ParseString(
            $"""
            kafka-actors.log.dirs = "{_data.Path.Replace("\\", "/", StringComparison.Ordinal)}"
            kafka-actors.listeners.akka.port = 0
            kafka-actors.listeners.kafka.port = 0
            """),
        new NodeOptions { Log = TextWriter.Synchronized(_log) });
}
