using Akka.Actor;
using Akka.Cluster;
using KafkaActors.Broker.Causes;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Controller;

/// <summary>Three voters, each an ActorSystem with the controller's actors; the controller's is killed.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class StandbyControllerTests
{
    private const string Hocon = "akka.coordinated-shutdown.run-by-actor-system-terminate = off";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("standby-").FullName;
    private readonly Dictionary<int, ControllerTestNode> _nodes = [];

    [TearDown]
    public async Task EndNodes()
    {
        foreach (ControllerTestNode node in _nodes.Values) await node.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Test]
    public async Task The_lowest_voter_left_serves_at_once_and_goes_on_while_the_singleton_waits()
    {
        await StartAsync();
        int before = _nodes[2].Image.ControllerEpoch;
        await _nodes[1].System.Terminate();
        await Serves(2, before, at: [2, 3]);
        int epoch = _nodes[3].Image.ControllerEpoch;
        Assert.That(await ExistsAsync(StandbyController.Name + "/*"), Is.True, "it is no singleton");
        Assert.That(
            DecisionCauses.Of(_nodes[2].System).Ring.Snapshot().Select(recorded => recorded.Cause.Kind),
            Does.Contain(CauseKind.StandbyStarted));
        await Eventually.True(() => ExistsAsync("controller/controller"), "that the singleton has followed", Patience);

        foreach (int asker in new[] { 2, 3 })
        {
            ControllerProtocol.Reply answer = await _nodes[asker].AskAsync(
                new ControllerProtocol.UnfenceBroker(1, new NodeId(asker), new BrokerEpoch(-1)));
            Assert.That(answer, Is.InstanceOf<ControllerProtocol.BrokerDecided>());
        }

        Assert.That(_nodes[3].Image.ControllerEpoch, Is.EqualTo(epoch), "the singleton has deposed nobody");
    }

    [Test]
    public async Task A_broker_that_died_with_the_controller_gets_no_session_of_the_next()
    {
        await StartAsync("kafka-actors.broker.session.timeout.ms = 600000");
        foreach (ControllerTestNode node in _nodes.Values) await node.RegisterAsync(node.Incarnation);
        int before = _nodes[2].Image.ControllerEpoch;
        await _nodes[1].System.Terminate();
        await Serves(2, before, at: [2, 3]);
        await Eventually.True(
            () => _nodes[3].Image.Broker(new NodeId(1))!.IsFenced, "that broker 1 is fenced", Patience);
        Assert.That(_nodes[3].Image.Broker(new NodeId(2))!.IsFenced, Is.False);
    }

    [Test]
    public async Task The_lowest_voter_left_takes_over_from_a_node_that_is_told_to_stop()
    {
        await StartAsync();
        foreach (ControllerTestNode node in _nodes.Values) await node.RegisterAsync();
        int before = _nodes[2].Image.ControllerEpoch;
        BrokerEpoch leaving = _nodes[3].Image.Broker(new NodeId(1))!.Epoch;
        await _nodes[3].AskAsync(new ControllerProtocol.ShutDownBroker(1, new NodeId(1), leaving));
        await Serves(2, before, at: [1, 2, 3]);
        Assert.That(await ExistsAsync(StandbyController.Name + "/*"), Is.True, "before Akka has parted with node 1");
        Assert.That(Cluster.Get(_nodes[1].System).IsTerminated, Is.False);
    }

    [Test]
    public async Task A_standby_that_ends_leaves_the_cluster_to_the_singleton()
    {
        await StartAsync();
        int before = _nodes[2].Image.ControllerEpoch;
        await _nodes[1].System.Terminate();
        await Serves(2, before, at: [2, 3]);
        int epoch = _nodes[2].Image.ControllerEpoch;
        _nodes[2].System.ActorSelection($"/user/kafka-actors/{StandbyController.Name}/*").Tell(PoisonPill.Instance);
        await Eventually.True(
            () => _nodes[2].Image.ControllerEpoch > epoch && _nodes[3].Image.ControllerEpoch > epoch,
            "that the singleton serves", Patience);
        await Eventually.True(
            async () => !await ExistsAsync(StandbyController.Name + "/*"), "that there is no standby", Patience);
    }

    private async Task StartAsync(string hocon = "")
    {
        NodeId[] voters = [new(1), new(2), new(3)];
        for (int id = 1; id <= 3; id++)
            _nodes[id] = await ControllerTestNode.StartAsync(
                id, Path.Combine(_root, $"{id}"), isVoter: true, id == 1 ? null : _nodes[1].Address, voters,
                hocon: $"{Hocon}\n{hocon}");
        foreach (ControllerTestNode node in _nodes.Values)
            await Eventually.True(
                () => Cluster.Get(node.System).State.Members.Count(member => member.Status == MemberStatus.Up) == 3
                    && node.Image.Controller == new NodeId(1),
                $"node {node.Node}", Patience);
    }

    private async Task Serves(int node, int after, int[] at)
    {
        foreach (int id in at)
            await Eventually.True(
                () => _nodes[id].Image.ControllerEpoch > after && _nodes[id].Image.Controller == new NodeId(node),
                $"that node {node} is the controller, at {id}", Patience);
    }

    private async Task<bool> ExistsAsync(string path)
    {
        try
        {
            await _nodes[2].System.ActorSelection($"/user/kafka-actors/{path}").ResolveOne(TimeSpan.FromSeconds(1));
            return true;
        }
        catch (ActorNotFoundException)
        {
            return false;
        }
    }
}
