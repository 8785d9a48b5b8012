using Akka.Actor;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Contact;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using static KafkaActors.Client.Cluster.ClusterProtocol;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// Knows the cluster for one client: finds a first node through the contact points, keeps the metadata, and owns the
/// connections, one for each address. Asks again when someone's request shows that the metadata is old, when it is old
/// by age, and, with growing pauses, while nobody answers and somebody waits.
/// </summary>
internal sealed class ClusterActor : UntypedActor, IWithTimers
{
    private const string ByteOrderPath = "akka.remote.dot-netty.tcp.byte-order";
    private const string LittleEndian = "little-endian";

    private readonly ClientSettings _settings;
    private readonly TimeProvider _time;
    private readonly CanonicalAddressProbe _probe;
    private readonly Backoff _backoff;
    private readonly Dictionary<Address, IActorRef> _connections = [];
    private readonly Dictionary<IActorRef, HashSet<string>> _interest = [];
    private readonly HashSet<IActorRef> _interestInAll = [];
    private readonly Queue<(IRequest Request, IActorRef ReplyTo)> _waiting = [];
    private readonly HashSet<string> _autoCreated = [];
    private ClusterMetadata _metadata = ClusterMetadata.Empty;
    private List<Address> _candidates = [];
    private Address? _current;
    private MetadataProtocol.Described? _allListed;
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
        string order = Context.System.Settings.Config.GetString(ByteOrderPath, LittleEndian);
        _probe = new CanonicalAddressProbe(settings.ConnectionSetupTimeout, time, order == LittleEndian);
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
            case AgeTick: RefreshSoon(); break;
            case AskNow: Ask(); break;
            case AskAny or CallAny: Forward((IRequest)message, Sender); break;
            case ContactFound found when found.Attempt == _attempt: UseContact(found.Address); break;
            case ContactFailed failed when failed.Attempt == _attempt: TryNextContact(failed.Error); break;
            case ConnectionProtocol.Called called when called.Tag is int attempt && attempt == _attempt:
                Learn(called);
                break;
            case Terminated gone: _interest.Remove(gone.ActorRef); _interestInAll.Remove(gone.ActorRef); break;
        }
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
        var call = new ConnectionProtocol.Call(
            _attempt, id => new MetadataProtocol.Describe(id, topics, create), timeout);
        Connection(_current!).Tell(call);
    }

    private void FindContact()
    {
        int attempt = _attempt;
        ContactPoint contact = _settings.BootstrapServers[_nextContact++];
        _probe.FindAsync(contact, CancellationToken.None).PipeTo(
            Self,
            success: address => new ContactFound(attempt, address),
            failure: fault => new ContactFailed(attempt, fault));
    }

    private void UseContact(Address address)
    {
        _candidates = [address];
        AskNextCandidate();
    }

    private void TryNextContact(Exception fault)
    {
        if (_nextContact < _settings.BootstrapServers.Count) FindContact();
        else Fail((fault as KafkaException)?.Error ?? ErrorCode.BrokerNotAvailable, fault.Message);
    }

    private void Learn(ConnectionProtocol.Called called)
    {
        if (called.Reply is MetadataProtocol.Described described) Learn(described);
        else if (_candidates.Count > 0) AskNextCandidate();
        else if (_nextContact < _settings.BootstrapServers.Count) FindContact();
        else Fail(called.Error, called.Message ?? "no node answered.");
    }

    private void Learn(MetadataProtocol.Described described)
    {
        if (_allListed is { } listed)
        {
            described = described with { Topics = [.. listed.Topics, .. described.Topics] };
            _allListed = null;
        }
        else if (_asksForAll
            && Tracked().Except(described.Topics.Select(topic => topic.Name)).ToArray() is { Length: > 0 } absent)
        {
            // A list of all that exist creates none, and does not say that a topic is missing.
            _allListed = described;
            AskCurrent(absent);
            return;
        }

        Adopt(described);
    }

    private void Adopt(MetadataProtocol.Described described)
    {
        var connections = new Dictionary<NodeId, IActorRef>();
        HashSet<Address> addresses = [];
        foreach (MetadataProtocol.Broker broker in described.Brokers)
        {
            if (!ActorPath.TryParseAddress(broker.AkkaAddress, out Address address)) continue;
            connections[broker.Node] = Connection(address);
            addresses.Add(address);
        }

        StopUnlisted(addresses);
        _metadata = new ClusterMetadata(described, connections, _asksForAll);
        _failuresInARow = 0;
        Finish();
        Publish(new MetadataChanged(_metadata));
        while (_waiting.TryDequeue(out (IRequest Request, IActorRef ReplyTo) entry))
            Forward(entry.Request, entry.ReplyTo);
    }

    private void StopUnlisted(HashSet<Address> listed)
    {
        // A node that is not listed may still be the only one that answers: keep the one that just did.
        List<Address> gone = [.. _connections.Keys.Where(address => address != _current && !listed.Contains(address))];
        foreach (Address address in gone)
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

    private void Forward(IRequest request, IActorRef replyTo)
    {
        if (_current is not null && _connections.TryGetValue(_current, out IActorRef? connection) && !Unreachable)
        {
            connection.Tell(OfConnection(request), replyTo);
            return;
        }

        _waiting.Enqueue((request, replyTo));
        Ask();
    }

    private bool Unreachable => _asking || _failuresInARow > 0;

    private void FailWaiting(ErrorCode error, string message)
    {
        while (_waiting.TryDequeue(out (IRequest Request, IActorRef ReplyTo) entry))
        {
            object answer = entry.Request is AskAny ask
                ? new ConnectionProtocol.Answered(ask.Tag, null, 0, error, message)
                : new ConnectionProtocol.Called(((CallAny)entry.Request).Tag, null, error, message);
            entry.ReplyTo.Tell(answer);
        }
    }

    private static object OfConnection(IRequest request) => request is AskAny ask
        ? new ConnectionProtocol.Ask(ask.Tag, ask.Request, ask.Timeout)
        : new ConnectionProtocol.Call(
            ((CallAny)request).Tag, ((CallAny)request).Command, ((CallAny)request).Timeout);

    private IActorRef Connection(Address address)
    {
        if (_connections.TryGetValue(address, out IActorRef? known)) return known;
        IActorRef connection = Context.ActorOf(
            Props.Create(() => new NodeConnection(address, _settings, _time))
                .WithDispatcher(ClientSettings.Dispatcher));
        _connections.Add(address, connection);
        return connection;
    }

    private sealed record ContactFound(int Attempt, Address Address) : INoSerializationVerificationNeeded;

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
