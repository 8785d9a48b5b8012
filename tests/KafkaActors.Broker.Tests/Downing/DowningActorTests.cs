using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using Akka.Remote.Transport;
using KafkaActors.Broker.Downing;
using KafkaActors.Broker.Tests.Controller;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Downing;

/// <summary>
/// Three voters, each an ActorSystem with the controller's actors, over links that can be cut. Nobody is killed or cut
/// off by more than the case says.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DowningActorTests
{
    private const string Plain =
        """
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        kafka-actors.downing.stable.after.ms = 900
        """;

    private const string Links = Plain + "\nakka.remote.dot-netty.tcp.applied-adapters = [\"trttl\"]"
        + "\nakka.cluster.failure-detector.acceptable-heartbeat-pause = 1s";

    /// <summary>Akka's detector finds nobody: what happens is not its work.</summary>
    private const string BlindDetector = "\nakka.cluster.failure-detector.acceptable-heartbeat-pause = 300s";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _root = Directory.CreateTempSubdirectory("downing-").FullName;
    private readonly Dictionary<int, ControllerTestNode> _nodes = [];
    private readonly ConcurrentQueue<(int Node, object Event)> _events = [];

    [TearDown]
    public async Task EndNodes()
    {
        foreach (ControllerTestNode node in _nodes.Values) await node.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Test]
    public async Task One_cut_link_downs_nobody()
    {
        await StartAsync(Links);
        await CutAsync(2, 3);
        await Eventually.True(() => Unreachable(1) == 2, "that node 1 hears of the cut", Patience);
        long cut = Stopwatch.GetTimestamp();
        TimeSpan stable = TimeSpan.FromSeconds(3);
        await Eventually.True(() => Stopwatch.GetElapsedTime(cut) > stable, "the stable time", Patience);
        Assert.That(_events, Is.Empty);
        await HealAsync(2, 3);
        foreach (int node in _nodes.Keys)
            await Eventually.True(() => Unreachable(node) == 0 && Up(node) == 3, $"that {node} sees all", Patience);
        Assert.That(_events, Is.Empty);
    }

    [Test]
    public async Task A_node_that_is_cut_off_ends_itself_and_the_others_go_on()
    {
        await StartAsync(Links);
        await CutAsync(1, 3);
        await CutAsync(2, 3);
        await Eventually.True(
            () => EndOf(3) is not null && Up(1) == 2 && Up(2) == 2, "that node 3 is out", Patience);
        Assert.That(EndOf(3), Does.Contain("1 of 3 voters"));
        Assert.That(_events.Where(seen => seen.Event is NodeMustEnd).Select(seen => seen.Node), Is.All.EqualTo(3));
        Assert.That(
            _events.Select(seen => seen.Event).OfType<MemberLost>(),
            Is.Not.Empty.And.All.Matches<MemberLost>(lost => lost.Peer.Node.Value == 3));
    }

    [Test]
    public async Task A_process_that_died_is_removed_by_its_refused_port_without_the_detector()
    {
        await StartAsync(Plain + BlindDetector);
        await _nodes[1].System.Terminate();
        await Eventually.True(() => Members(2) == 2 && Members(3) == 2, "that node 1 is removed", Patience);
        foreach (int node in new[] { 2, 3 })
        {
            MemberLost lost = _events.Where(seen => seen.Node == node).Select(seen => seen.Event)
                .OfType<MemberLost>().First();
            Assert.That(lost.Peer.Node.Value, Is.EqualTo(1));
            Assert.That(lost.LiveVoters.Select(voter => voter.Value), Is.EqualTo(new[] { 2, 3 }));
        }

        Assert.That(_events.Where(seen => seen.Event is NodeMustEnd), Is.Empty);
    }

    [Test]
    public async Task One_node_s_quarantine_ends_nobody_and_a_majority_s_does()
    {
        await StartAsync(Plain);
        QuarantinedBy(1);
        await Eventually.True(() => Unreachable(3) == 0 && Up(3) == 3, "that node 3 is as before", Patience);
        Assert.That(_events, Is.Empty);
        QuarantinedBy(2);
        QuarantinedBy(1);
        await Eventually.True(() => EndOf(3) is not null, "that it ends", Patience);
        Assert.That(EndOf(3), Does.Contain("2 of 3 voters say that the cluster has removed this process"));
    }

    private void QuarantinedBy(int node) => _nodes[3].System.EventStream.Publish(
        new ThisActorSystemQuarantinedEvent(_nodes[3].Address, _nodes[node].Address));

    private string? EndOf(int node) => _events.Where(seen => seen.Node == node)
        .Select(seen => (seen.Event as NodeMustEnd)?.Reason).FirstOrDefault(reason => reason is not null);

    private int Unreachable(int node) => Cluster.Get(_nodes[node].System).State.Unreachable.Count;

    private int Up(int node) =>
        Cluster.Get(_nodes[node].System).State.Members.Count(member => member.Status == MemberStatus.Up);

    private int Members(int node) => Cluster.Get(_nodes[node].System).State.Members.Count;

    private async Task StartAsync(string hocon)
    {
        NodeId[] voters = [new(1), new(2), new(3)];
        for (int id = 1; id <= 3; id++)
        {
            Address? seed = id == 1 ? null : _nodes[1].Address;
            _nodes[id] = await ControllerTestNode.StartAsync(
                id, Path.Combine(_root, $"{id}"), isVoter: true, seed, voters, hocon: hocon);
            Listen(id);
        }

        foreach (int id in _nodes.Keys)
            await Eventually.True(
                () => Up(id) == 3 && CommittedVoters.Of(_nodes[id].System).OfImage is not null, $"node {id}", Patience);
    }

    private void Listen(int id)
    {
        IActorRef listener = _nodes[id].System.ActorOf(Props.Create(() => new Listener(id, _events)));
        _nodes[id].System.EventStream.Subscribe(listener, typeof(MemberLost));
        _nodes[id].System.EventStream.Subscribe(listener, typeof(NodeMustEnd));
    }

    private Task CutAsync(int one, int other) => SetAsync(one, other, Blackhole.Instance);

    private Task HealAsync(int one, int other) => SetAsync(one, other, Unthrottled.Instance);

    private async Task SetAsync(int one, int other, ThrottleMode mode)
    {
        foreach ((int from, int to) in new[] { (one, other), (other, one) })
            await ProviderOf(from).Transport.ManagementCommand(
                new SetThrottle(_nodes[to].Address, ThrottleTransportAdapter.Direction.Both, mode));
    }

    private IRemoteActorRefProvider ProviderOf(int node) =>
        (IRemoteActorRefProvider)((ExtendedActorSystem)_nodes[node].System).Provider;

    private sealed class Listener(int id, ConcurrentQueue<(int Node, object Event)> events) : UntypedActor
    {
        protected override void OnReceive(object message) => events.Enqueue((id, message));
    }
}
