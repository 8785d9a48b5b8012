using Akka.Actor;
using KafkaActors.Client.Configuration;
using KafkaActors.Network;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Client.Cluster.ConnectionProtocol;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// This client's connection to one broker by its Kafka port: hands each request to a link, which tells the response to
/// whoever asked. A broker responds in the order of the requests, so one that waits would hold up all behind it:
/// appends, fetches and the requests that wait for a rebalance have a link for each actor that asks, everything else
/// shares one. Members of groups are watched: when one is gone the broker is told so at once
/// (<see cref="LastWill"/>), by the shared link, which no rebalance holds up.
/// </summary>
internal sealed class SocketConnection : UntypedActor
{
    /// <summary>For what is sent last, when the client closes.</summary>
    private static readonly TimeSpan LeaveTime = TimeSpan.FromSeconds(1);

    private readonly NodeAddress.KafkaPort _address;
    private readonly ClientSettings _settings;
    private readonly TimeProvider _time;
    private readonly ConnectionSettings _connection;
    private readonly BrokerLink _shared;
    private readonly Dictionary<IActorRef, BrokerLink> _own = [];
    private readonly LastWills _wills = new();

    public SocketConnection(NodeAddress.KafkaPort address, ClientSettings settings, TimeProvider time)
    {
        _address = address;
        _settings = settings;
        _time = time;
        _connection = settings.Connection;
        _shared = NewLink();
    }

    protected override void PostStop()
    {
        foreach (BrokerLink link in _own.Values) link.Close("the client is closing.");
        if (_shared.Versions is not null)
        {
            foreach (IRequestMessage will in _wills.TakeAll()) Send(_shared, new Ask(will, will, LeaveTime), null);
        }

        _shared.Retire(LeaveTime);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Ask ask: Send(LinkFor(ask.Request), ask, Sender); break;
            case LastWill will: Keep(will); break;
            case Terminated gone: Leave(gone.ActorRef); break;
            case Retire: _wills.TakeAll(); Context.Stop(Self); break;
            default: Unhandled(message); break;
        }
    }

    private void Send(BrokerLink link, Ask ask, IActorRef? replyTo) =>
        link.Send(new SocketRequest(ask, replyTo ?? ActorRefs.Nobody, Self));

    private BrokerLink LinkFor(IRequestMessage request)
    {
        if (!MayWait(request) || Sender.IsNobody()) return _shared;
        if (_own.TryGetValue(Sender, out BrokerLink? known)) return known;
        BrokerLink link = NewLink();
        _own.Add(Context.Watch(Sender), link);
        return link;
    }

    private static bool MayWait(IRequestMessage request) =>
        request is ProduceRequest or FetchRequest or JoinGroupRequest or SyncGroupRequest;

    private BrokerLink NewLink() => new(
        new BrokerAddress(_address.Host, _address.Port),
        SocketOpener.Instance,
        _connection,
        _time,
        new Random(HashCode.Combine(Self.Path.Uid, _own.Count)));

    private void Keep(LastWill will)
    {
        _wills.Keep(Sender, will.Request);
        if (will.Request is not null) Context.Watch(Sender);
        else if (!_own.ContainsKey(Sender)) Context.Unwatch(Sender);
    }

    private void Leave(IActorRef gone)
    {
        if (_own.Remove(gone, out BrokerLink? link)) link.Close("nobody asks any more.");
        if (_wills.TryTake(gone, out IRequestMessage? will))
            Send(_shared, new Ask(will, will, _settings.RequestTimeout), null);
    }
}
