using Akka.Actor;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Contact;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Client.Cluster.ClusterProtocol;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// Knows the cluster for one client: finds a first node through the contact points, keeps the metadata, and owns the
/// connections, one for each address. Asks again when someone's request shows that the metadata is old, when it is old
/// by age, and, with growing pauses, while nobody answers and somebody waits.
/// </summary>
internal sealed class ClusterActor : UntypedActor, IWithTimers
{
    private readonly ClientSettings _settings;
    private readonly TimeProvider _time;
    private readonly ContactProbe _probe;
    private readonly Address _here;
    private readonly bool _hasRemoting;
    private readonly Backoff _backoff;
    private readonly Dictionary<NodeAddress, IActorRef> _connections = [];
    private readonly Dictionary<IActorRef, HashSet<string>> _interest = [];
    private readonly HashSet<IActorRef> _interestInAll = [];
    private readonly Queue<(AskAny Request, IActorRef ReplyTo)> _waiting = [];
    private readonly HashSet<string> _autoCreated = [];
    private ClusterMetadata _metadata = ClusterMetadata.Empty;
    private List<NodeAddress> _candidates = [];
    private NodeAddress? _current;
    private MetadataResponse? _allListed;
    private bool _asksForAll;
    private int _nextContact;
    private int _attempt;
    private bool _asking;
    private bool _askAgain;
    private int _failuresInARow;

    public ClusterActor(ClientSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _probe = ContactProbe.Of(settings, Context.System.Settings.Config, time);
        _here = ((ExtendedActorSystem)Context.System).Provider.DefaultAddress;
        _hasRemoting = _here.HasGlobalScope;
        _backoff = new Backoff(settings.RetryBackoff, settings.RetryBackoffMax);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() =>
        Timers.StartPeriodicTimer(AgeTick.Instance, AgeTick.Instance, _settings.MetadataMaxAge);

    protected override void PostStop() => FailWaiting(ErrorCode.NetworkException, "the client is closing.");

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Track track: AddInterest(track); break;
            case TrackAll { Wanted: false }: _interestInAll.Remove(Sender); break;
            case TrackAll: AddInterestInAll(); break;
            case Untrack untrack when _interest.TryGetValue(Sender, out HashSet<string>? topics):
                topics.ExceptWith(untrack.Topics);
                break;
            case Refresh: RefreshSoon(); break;
            case LeaderMoved moved: Follow(moved); break;
            case AgeTick: RefreshSoon(); break;
            case AskNow: Ask(); break;
            case AskAny ask: Forward(ask, Sender); break;
            case ContactFound found when found.Attempt == _attempt: UseContact(found.Address); break;
            case ContactFailed failed when failed.Attempt == _attempt: TryNextContact(failed.Error); break;
            case ConnectionProtocol.Answered answered when answered.Tag is int attempt && attempt == _attempt:
                Learn(answered);
                break;
            case Terminated gone: _interest.Remove(gone.ActorRef); _interestInAll.Remove(gone.ActorRef); break;
        }
    }

    private void Follow(LeaderMoved moved)
    {
        if (_metadata.With(moved) is not { } newer) return;
        _metadata = newer;
        Publish(new MetadataChanged(newer));
    }

    private void AddInterest(Track track)
    {
        InterestOfSender().UnionWith(track.Topics);
        if (track.AllowAutoTopicCreation) _autoCreated.UnionWith(track.Topics);
        AskSinceInterestGrew();
    }

    private void AddInterestInAll()
    {
        InterestOfSender();
        _interestInAll.Add(Sender);
        AskSinceInterestGrew();
    }

    private HashSet<string> InterestOfSender()
    {
        if (_interest.TryGetValue(Sender, out HashSet<string>? topics)) return topics;
        _interest.Add(Sender, topics = []);
        Context.Watch(Sender);
        return topics;
    }

    private void AskSinceInterestGrew()
    {
        if (_asking) _askAgain = true;
        else Ask();
    }

    private void RefreshSoon()
    {
        if (_asking || Timers.IsTimerActive(AskNow.Instance)) return;
        Timers.StartSingleTimer(AskNow.Instance, AskNow.Instance, _backoff.Next());
    }

    private void Ask()
    {
        Timers.Cancel(AskNow.Instance);
        if (_asking) return;
        _asking = true;
        _askAgain = false;
        _attempt++;
        _candidates = [.. _connections.Keys.OrderByDescending(address => address == _current)];
        _nextContact = 0;
        AskNextCandidate();
    }

    private void AskNextCandidate()
    {
        _allListed = null;
        if (_candidates.Count == 0)
        {
            FindContact();
            return;
        }

        _current = _candidates[0];
        _candidates.RemoveAt(0);
        _asksForAll = _interestInAll.Count > 0;
        AskCurrent(_asksForAll ? null : [.. Tracked()]);
    }

    private IEnumerable<string> Tracked() => _interest.Values.SelectMany(wanted => wanted).Distinct();

    /// <param name="topics">Null for every topic.</param>
    private void AskCurrent(string[]? topics)
    {
        bool create = topics?.Any(_autoCreated.Contains) == true;
        // A node that can be met answers soon; one that is silent must not keep the others from being asked.
        TimeSpan setup = _settings.ConnectionSetupTimeout;
        TimeSpan timeout = _settings.RequestTimeout < setup ? _settings.RequestTimeout : setup;
        var request = new MetadataRequest
        {
            Topics = topics is null
                ? null
                : [.. topics.Select(name => new MetadataRequest.MetadataRequestTopic { Name = name })],
            AllowAutoTopicCreation = create,
        };
        Connection(_current!).Tell(new ConnectionProtocol.Ask(_attempt, request, timeout));
    }

    private void FindContact()
    {
        int attempt = _attempt;
        ContactPoint contact = _settings.BootstrapServers[_nextContact++];
        _probe.FindAsync(contact, CancellationToken.None).PipeTo(
            Self,
            success: found => new ContactFound(attempt, found.AddressFrom(_here)),
            failure: fault => new ContactFailed(attempt, fault));
    }

    private void UseContact(NodeAddress address)
    {
        if (address is NodeAddress.ActorSystem { Address: var system } && system != _here && !_hasRemoting)
        {
            TryNextContact(new KafkaException(
                ErrorCode.BrokerNotAvailable,
                $"{system} is a node's Akka port, and this client's ActorSystem has no remoting: give a Kafka port."));
            return;
        }

        _candidates = [address];
        AskNextCandidate();
    }

    private void TryNextContact(Exception fault)
    {
        if (_nextContact < _settings.BootstrapServers.Count) FindContact();
        else Fail((fault as KafkaException)?.Error ?? ErrorCode.BrokerNotAvailable, fault.Message);
    }

    private void Learn(ConnectionProtocol.Answered answered)
    {
        if (answered.Response is MetadataResponse response) Learn(response);
        else if (_candidates.Count > 0) AskNextCandidate();
        else if (_nextContact < _settings.BootstrapServers.Count) FindContact();
        else Fail(answered.Error, answered.Message ?? "no node answered.");
    }

    private void Learn(MetadataResponse response)
    {
        IReadOnlyList<MetadataResponse.MetadataTopic> topics = response.Topics;
        if (_allListed is { } listed)
        {
            topics = [.. listed.Topics, .. topics];
            _allListed = null;
        }
        else if (_asksForAll
            && Tracked().Except(topics.Select(topic => topic.Name)).OfType<string>().ToArray() is [_, ..] absent)
        {
            // A list of all that exist creates none, and does not say that a topic is missing.
            _allListed = response;
            AskCurrent(absent);
            return;
        }

        Adopt(response, topics);
    }

    private void Adopt(MetadataResponse response, IReadOnlyList<MetadataResponse.MetadataTopic> topics)
    {
        var connections = new Dictionary<NodeId, IActorRef>();
        HashSet<NodeAddress> addresses = [];
        foreach (MetadataResponse.MetadataBroker broker in response.Brokers)
        {
            NodeAddress address = _current!.Of(broker.Host, broker.Port);
            connections[broker.NodeId] = Connection(address);
            addresses.Add(address);
        }

        StopUnlisted(addresses);
        _metadata = new ClusterMetadata(response.ControllerId, topics, connections, _asksForAll);
        _failuresInARow = 0;
        Finish();
        Publish(new MetadataChanged(_metadata));
        while (_waiting.TryDequeue(out (AskAny Request, IActorRef ReplyTo) entry))
            Forward(entry.Request, entry.ReplyTo);
    }

    private void StopUnlisted(HashSet<NodeAddress> listed)
    {
        // A node that is not listed may still be the only one that answers: keep the one that just did.
        NodeAddress[] gone =
            [.. _connections.Keys.Where(address => address != _current && !listed.Contains(address))];
        foreach (NodeAddress address in gone)
        {
            if (_connections.Remove(address, out IActorRef? connection))
                connection.Tell(ConnectionProtocol.Retire.Instance);
        }
    }

    private void Fail(ErrorCode error, string message)
    {
        _failuresInARow++;
        Finish();
        FailWaiting(error, message);
        Publish(new MetadataFailed(error, message));
        if (_interest.Count > 0) RefreshSoon();
    }

    private void Finish()
    {
        _asking = false;
        if (_failuresInARow == 0) _backoff.Reset();
        if (_askAgain) Self.Tell(AskNow.Instance);
    }

    private void Publish(object news)
    {
        foreach (IActorRef interested in _interest.Keys) interested.Tell(news);
    }

    private void Forward(AskAny ask, IActorRef replyTo)
    {
        if (_current is not null && _connections.TryGetValue(_current, out IActorRef? connection) && !Unreachable)
        {
            connection.Tell(new ConnectionProtocol.Ask(ask.Tag, ask.Request, ask.Timeout), replyTo);
            return;
        }

        _waiting.Enqueue((ask, replyTo));
        Ask();
    }

    private bool Unreachable => _asking || _failuresInARow > 0;

    private void FailWaiting(ErrorCode error, string message)
    {
        while (_waiting.TryDequeue(out (AskAny Request, IActorRef ReplyTo) entry))
            entry.ReplyTo.Tell(new ConnectionProtocol.Answered(entry.Request.Tag, null, 0, error, message));
    }

    private IActorRef Connection(NodeAddress address)
    {
        if (_connections.TryGetValue(address, out IActorRef? known)) return known;
        IActorRef connection = Context.ActorOf(PropsOf(address).WithDispatcher(ClientSettings.Dispatcher));
        _connections.Add(address, connection);
        return connection;
    }

    private Props PropsOf(NodeAddress address) => address switch
    {
        NodeAddress.ActorSystem { Address: var system } =>
            Props.Create(() => new NodeConnection(system, _settings, _time)),
        NodeAddress.KafkaPort port => Props.Create(() => new SocketConnection(port, _settings, _time)),
        _ => throw new ArgumentException($"{address} is neither in an ActorSystem nor a port.", nameof(address)),
    };

    private sealed record ContactFound(int Attempt, NodeAddress Address) : INoSerializationVerificationNeeded;

    private sealed record ContactFailed(int Attempt, Exception Error) : INoSerializationVerificationNeeded;

    private sealed class AskNow : INoSerializationVerificationNeeded
    {
        public static readonly AskNow Instance = new();
    }

    private sealed class AgeTick : INoSerializationVerificationNeeded
    {
        public static readonly AgeTick Instance = new();
    }
}
