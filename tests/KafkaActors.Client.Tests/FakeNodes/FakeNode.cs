using Akka.Actor;
using Akka.Configuration;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>A node that is nothing but a front door, in an ActorSystem of its own over real remoting.</summary>
internal sealed class FakeNode : IAsyncDisposable
{
    private static readonly Config SystemConfig = MessagesConfig.Fragment.WithFallback(ConfigurationFactory.ParseString(
        """
        akka.actor.provider = remote
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.remote.dot-netty.tcp.maximum-frame-size = 512000b
        """));

    private readonly FakeCluster _cluster;
    private readonly NodeId _node;
    private readonly ActorSystem _system;
    private readonly IActorRef _frontDoor;

    private FakeNode(FakeCluster cluster, NodeId node, ActorSystem system, IActorRef frontDoor)
    {
        _cluster = cluster;
        _node = node;
        _system = system;
        _frontDoor = frontDoor;
        Address = ((ExtendedActorSystem)system).Provider.DefaultAddress;
        cluster.Addresses[node] = Address;
    }

    public Address Address { get; }

    public int Port => Address.Port ?? 0;

    /// <param name="port">0 for any free one.</param>
    public static FakeNode Start(FakeCluster cluster, int node = 1, int port = 0)
    {
        Config config = ConfigurationFactory.ParseString(
            $"akka.remote.dot-netty.tcp {{\n hostname = \"127.0.0.1\"\n port = {port}\n}}").WithFallback(SystemConfig);
        ActorSystem system = ActorSystem.Create("kafka-actors", config);
        return Start(cluster, node, system);
    }

    /// <summary>The front door alone, in a system that runs already.</summary>
    public static FakeNode Start(FakeCluster cluster, int node, ActorSystem system)
    {
        var id = new NodeId(node);
        IActorRef guardian = system.ActorOf(Props.Create(() => new Guardian(cluster, id)), "kafka-actors");
        return new FakeNode(cluster, id, system, guardian);
    }

    /// <summary>Ends every session, as a node does that is going away.</summary>
    public void EndSessions() => _frontDoor.Tell(End.Instance);

    /// <summary>Ends the ActorSystem; its port is free afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        _cluster.Addresses.TryRemove(new KeyValuePair<NodeId, Address>(_node, Address));
        await _system.Terminate();
    }

    internal sealed class End : INoSerializationVerificationNeeded
    {
        public static readonly End Instance = new();
    }

    private sealed class Guardian(FakeCluster cluster, NodeId node) : UntypedActor
    {
        protected override void PreStart() =>
            Context.ActorOf(Props.Create(() => new FrontDoor(cluster, node)), "front-door");

        protected override void OnReceive(object message)
        {
            foreach (IActorRef child in Context.GetChildren()) child.Tell(message);
        }
    }

    private sealed class FrontDoor(FakeCluster cluster, NodeId node) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is End)
            {
                foreach (IActorRef session in Context.GetChildren()) session.Tell(message);
            }

            if (message is not SessionProtocol.Connect connect) return;
            cluster.Received.Enqueue(connect);
            if (cluster.IgnoresConnect()) return;
            Open(connect);
            if (cluster.AnswersConnectTwice) Open(connect);
        }

        private IReadOnlyList<ApiVersionsResponse.ApiVersion> Apis =>
        [
            .. ApiMessages.All.Select(api => new ApiVersionsResponse.ApiVersion
            {
                ApiKey = (short)api.Key,
                MinVersion = api.Advertised.Min,
                MaxVersion = cluster.Newest.GetValueOrDefault(api.Key, api.Advertised.Max),
            }).Where(api => api.MaxVersion >= api.MinVersion),
        ];

        private void Open(SessionProtocol.Connect connect)
        {
            IActorRef client = Sender;
            IActorRef opened = Context.ActorOf(Props.Create(() => new FakeSession(cluster, node, client)));
            client.Tell(new SessionProtocol.Connected(
                connect.CorrelationId, opened, node, "fake",
                cluster.ProduceWindowBytes, cluster.FetchWindowBytes, cluster.IdleTimeout, Apis));
        }
    }
}
