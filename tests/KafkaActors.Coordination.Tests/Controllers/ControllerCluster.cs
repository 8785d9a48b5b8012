using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Coordination.Tests.Quorum;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Controllers.ControllerProtocol;
using Effect = KafkaActors.Coordination.Controllers.ControllerEffect<string>;

namespace KafkaActors.Coordination.Tests.Controllers;

/// <summary>
/// Nodes that are voter and broker, a clock that a test moves, and whichever node is the controller: what it asks the
/// voters is answered at once. A node that is alive is heard every half second.
/// </summary>
internal sealed class ControllerCluster
{
    private readonly Dictionary<NodeId, VoterState> _voters = [];
    private readonly Dictionary<NodeId, QuorumCluster.Disk> _disks = [];
    private readonly NodeId[] _nodes;
    private int _incarnations;
    private long _lastId;

    public ControllerCluster(params int[] nodes)
    {
        _nodes = [.. nodes.Select(node => new NodeId(node))];
        foreach (NodeId node in _nodes)
        {
            var disk = new QuorumCluster.Disk(ImageBuilder.Directory(node.Value));
            _disks[node] = disk;
            _voters[node] = new VoterState(new Voter(node, disk.Directory), Promise.None, null, [], 1000);
            Incarnations[node] = NextIncarnation();
        }
    }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    public Dictionary<NodeId, Guid> Incarnations { get; } = [];

    /// <summary>Nodes whose process is gone: no heartbeat, no voter.</summary>
    public HashSet<int> Dead { get; } = [];

    public ControllerRules Rules { get; set; } = ControllerRules.Correct;

    public ControllerCore<string> Controller { get; private set; } = null!;

    public MetadataImage Image => Controller.Quorum.Image;

    public List<(string Asker, Reply Reply)> Answers { get; } = [];

    public List<(string Follower, IFeed Message)> Fed { get; } = [];

    public List<MetadataEntry> Committed { get; } = [];

    public List<string> GivenUp { get; } = [];

    public PartitionImage Partition => Image.Topics.Values.Single().Partitions[0];

    public static ControllerPolicy Policy => ControllerPolicy.Kafka with { MaxReplicationFactor = 3 };

    /// <summary>Another controller begins on that node, and serves if a majority of the voters lives.</summary>
    public ControllerCluster Start(int node)
    {
        Controller = NewCore(node);
        Carry(Controller, Controller.Start(Now));
        return this;
    }

    /// <summary>
    /// Every node registers and is unfenced, and there is a topic of one partition, led by the second node.
    /// </summary>
    public ControllerCluster WithBrokers(int replicas = 1)
    {
        foreach (NodeId node in _nodes) Register(node.Value);
        NodeId[] assigned = [.. _nodes.Skip(1).Append(_nodes[0]).Take(replicas)];
        var topic = new NewTopic("t", -1, -1, [assigned], new Dictionary<string, string>());
        Ask(new CreateTopics(0, [topic], ValidateOnly: false));
        return this;
    }

    public BrokerEpoch Register(int node, DirectoryId? directory = null)
    {
        var id = new NodeId(node);
        var registered = (BrokerDecided)Ask(new RegisterBroker(0, Registration(id, directory)));
        if (registered.Error != ErrorCode.None) return BrokerEpoch.None;
        Ask(new UnfenceBroker(0, id, registered.Epoch));
        return registered.Epoch;
    }

    public BrokerRegistration Registration(NodeId node, DirectoryId? directory = null) => new(
        node, "", Incarnations[node], "boot", $"akka://{node}", BrokerRoles.Voter | BrokerRoles.Broker,
        Image.Broker(node)?.Epoch ?? BrokerEpoch.None, [directory ?? ImageBuilder.Directory(node.Value)], [])
    {
        AkkaUid = node.Value,
    };

    public Guid NextIncarnation() => new(++_incarnations, 0, 0, new byte[8]);

    public Reply Ask(Request request)
    {
        Send(request);
        return Answers[^1].Reply;
    }

    public void Send(Request request, string asker = "client") =>
        Carry(Controller, Controller.Handle(request with { Id = ++_lastId }, asker, Now, DateTimeOffset.UnixEpoch));

    public void Beat(int node, string clusterId = "", Guid? incarnation = null, TimeSpan stalled = default)
    {
        var id = new NodeId(node);
        Guid own = incarnation ?? Incarnations[id];
        BrokerEpoch epoch = Image.Broker(id)?.Epoch ?? BrokerEpoch.None;
        var heartbeat = new Heartbeat(
            id, clusterId, own, epoch, Controller.Quorum.CommittedOffset.Next(),
            [new DirectoryProgress(ImageBuilder.Directory(node), stalled)]);
        Carry(Controller, Controller.Handle(heartbeat, $"follower {node}", Now));
    }

    /// <summary>Time passes in ticks; those who live are heard at every second of them.</summary>
    public void Pass(int milliseconds)
    {
        for (int passed = 0; passed < milliseconds; passed += 250)
        {
            Now += TimeSpan.FromMilliseconds(250);
            Carry(Controller, Controller.Tick(Now));
            if (passed % 500 != 0) continue;
            foreach (NodeId node in _nodes)
                if (!Dead.Contains(node.Value)) Beat(node.Value);
        }
    }

    /// <summary>The controller's process is stopped and goes on; nobody was heard meanwhile.</summary>
    public void Sleep(int milliseconds) => Now += TimeSpan.FromMilliseconds(milliseconds);

    public void Take(IReadOnlyList<Effect> effects) => Carry(Controller, effects);

    public ControllerCore<string> NewCore(int node)
    {
        var settings = new ControllerCoreSettings(
            new NodeId(node), Incarnations[new NodeId(node)], [.. _nodes], "cluster", Policy, new Random(node),
            NextIncarnation);
        return new ControllerCore<string>(settings, Rules);
    }

    public void Carry(ControllerCore<string> core, IReadOnlyList<Effect> effects)
    {
        var asks = new Queue<Effect.Ask>();
        Take(effects, asks);
        for (int steps = 0; asks.TryDequeue(out Effect.Ask? ask); steps++)
        {
            Assert.That(steps, Is.LessThan(10_000), "the conversation comes to an end");
            if (Dead.Contains(ask.Voter.Value)) continue;
            foreach (VoterEffect effect in _voters[ask.Voter].Handle(ask.Message))
                if (effect is VoterEffect.Reply reply) Take(core.Handle(reply.Message, Now), asks);
                else _disks[ask.Voter].Write(effect);
        }
    }

    private void Take(IReadOnlyList<Effect> effects, Queue<Effect.Ask> asks)
    {
        foreach (Effect effect in effects)
            switch (effect)
            {
                case Effect.Ask ask: asks.Enqueue(ask); break;
                case Effect.Answer answer: Answers.Add((answer.Asker, answer.Reply)); break;
                case Effect.Feed feed: Fed.Add((feed.Follower, feed.Message)); break;
                case Effect.Committed committed: Committed.AddRange(committed.Entries); break;
                case Effect.GiveUp giveUp: GivenUp.Add(giveUp.Reason); break;
                default: break;
            }
    }
}
