using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Downing;
using KafkaActors.Broker.Hosting;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Tests.Controller;

/// <summary>An ActorSystem with the controller's actors and nothing else of a node. Its metadata outlives it.</summary>
internal sealed class ControllerTestNode : IAsyncDisposable
{
    private readonly StringWriter _log;

    private ControllerTestNode(ActorSystem system, NodeId node, StringWriter log)
    {
        System = system;
        Node = node;
        _log = log;
    }

    public ActorSystem System { get; }

    public NodeId Node { get; }

    public ControllerActors Actors { get; private set; } = null!;

    /// <summary>What this node's heartbeats name.</summary>
    public Guid Incarnation { get; } = Guid.NewGuid();

    public List<string> Fatal { get; } = [];

    public MetadataImage Image => Actors.Cache.Image;

    public Address Address => Cluster.Get(System).SelfAddress;

    public static async Task<ControllerTestNode> StartAsync(
        int node, string path, bool isVoter, Address? seed = null, NodeId[]? initialVoters = null,
        string clusterId = "", string hocon = "", IFileSystem? files = null,
        bool isToldVoters = true)
    {
        Config config = KafkaActorsConfig.ForProcess(ConfigurationFactory.ParseString(
            $"""
            kafka-actors.node.id = {node}
            kafka-actors.process.roles = [{(isVoter ? "voter, broker" : "broker")}]
            kafka-actors.listeners.akka.port = 0
            kafka-actors.listeners.kafka.port = 0
            kafka-actors.log.dirs = "{path.Replace("\\", "/", StringComparison.Ordinal)}"
            akka.loglevel = INFO
            akka.coordinated-shutdown.exit-clr = off
            akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
            {hocon}
            """));
        NodeSettings settings = NodeSettings.Read(config);
        var log = new StringWriter();
        ActorSystem system = ActorSystem.Create(
            "controllers", BootstrapSetup.Create().WithConfig(config).And(new NodeLog(log)));
        var started = new ControllerTestNode(system, new NodeId(node), log);
        ControllerServices services = ServicesOf(node, path, isVoter, settings.Controller) with
        {
            ClusterId = clusterId,
            InitialVoters = [.. initialVoters ?? []],
            Files = files ?? PhysicalFileSystem.Instance,
            OnFatal = started.Fatal.Add,
            Incarnation = started.Incarnation,
        };
        var ready = new TaskCompletionSource<ControllerActors>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.ActorOf(Props.Create(() => new Guardian(services, ready, isToldVoters)), "kafka-actors");
        started.Actors = await ready.Task;
        Cluster cluster = Cluster.Get(system);
        await cluster.JoinAsync(seed ?? cluster.SelfAddress);
        return started;
    }

    /// <summary>Those of a node that has nothing but its metadata.</summary>
    public static ControllerServices ServicesOf(
        int node, string path = "", bool isVoter = false, ControllerSettings? settings = null) => new(
            new Voter(new NodeId(node), new DirectoryId(new Guid(node, 0, 0, new byte[8]))),
            isVoter,
            Path.Combine(path, ControllerServices.DirectoryName),
            "",
            [],
            ControllerPolicy.Kafka,
            settings ?? NodeSettings.Read(KafkaActorsConfig.ForProcess(Config.Empty)).Controller,
            PhysicalFileSystem.Instance,
            TimeProvider.System,
            _ => { })
        {
            RandomSeed = node,
        };

    public Task<ControllerProtocol.Reply> AskAsync(ControllerProtocol.Request request) =>
        Actors.Proxy.Ask<ControllerProtocol.Reply>(request, TimeSpan.FromSeconds(60));

    /// <summary>Registers this node as a broker and unfences it.</summary>
    public async Task<BrokerEpoch> RegisterAsync(Guid? incarnation = null)
    {
        var registration = new BrokerRegistration(
            Node, "", incarnation ?? Incarnation, "boot", Address.ToString(), BrokerRoles.Broker, BrokerEpoch.None,
            [new DirectoryId(new Guid(Node.Value, 0, 0, new byte[8]))], [])
        {
            AkkaUid = Cluster.Get(System).SelfUniqueAddress.Uid,
        };
        var registered = (ControllerProtocol.BrokerDecided)await AskAsync(
            new ControllerProtocol.RegisterBroker(1, registration));
        Assert.That(registered.Error, Is.EqualTo(ErrorCode.None), registered.Message);
        var unfenced = (ControllerProtocol.BrokerDecided)await AskAsync(
            new ControllerProtocol.UnfenceBroker(2, Node, registered.Epoch));
        Assert.That(unfenced.Error, Is.EqualTo(ErrorCode.None), unfenced.Message);
        return registered.Epoch;
    }

    /// <summary>What explains a wait that came to nothing; once the node has stopped.</summary>
    public override string ToString() =>
        $"node {Node}: metadata {Image.Offset}, controller {Image.Controller}, "
            + $"fatal [{string.Join(", ", Fatal)}], log:\n{_log}";

    public async ValueTask DisposeAsync() => await System.Terminate();

    /// <summary>Tells downing who the voters are, as a node's own guardian does.</summary>
    private sealed class Guardian : UntypedActor
    {
        public Guardian(
            ControllerServices services, TaskCompletionSource<ControllerActors> ready, bool isToldVoters)
        {
            ControllerActors actors = ControllerActors.Start(Context, services);
            if (isToldVoters) actors.Follower.Tell(MetadataFollowerProtocol.Subscribe.Instance);
            ready.SetResult(actors);
        }

        protected override void OnReceive(object message)
        {
            if (message is MetadataFollowerProtocol.MetadataChanged { Delta.After: { IsFormed: true } image })
                CommittedVoters.Of(Context.System).OfImage =
                    new VoterSet(image.ClusterId, image.Offset, image.Voters);
            else Unhandled(message);
        }
    }
}
