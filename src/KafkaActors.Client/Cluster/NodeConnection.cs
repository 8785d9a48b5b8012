using Akka.Actor;
using Akka.Event;
using Akka.Remote;
using KafkaActors.Client.Configuration;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Client.Cluster.ConnectionProtocol;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// Record path 2/9. This client's connection to one node: greets the front door, keeps the session alive, spends the
/// credit windows, and finds for each answer who asked. Nothing is watched across systems: a session is lost when the
/// transport says so, when the node ends it, or when nothing has been heard for too long; all that was under way then
/// fails with <see cref="ErrorCode.NetworkException"/>, and the next request greets again. Members of groups, in this
/// client's own system, are watched: when one is gone the node is told so at once (<see cref="LastWill"/>).
/// <code>
/// Resting    -> Greeting   a request comes, or the pause after a loss is over and requests wait
/// Greeting   -> Greeting   no answer yet: a message may be lost, so it greets again, with growing pauses
/// Greeting   -> Connected  the front door answers
/// Greeting   -> Resting    no answer in time, refused, or the transport failed: waiting requests fail
/// Connected  -> Resting    the session is lost: requests under way fail, waiting ones stay
/// </code>
/// </summary>
internal sealed class NodeConnection : UntypedActor, IWithTimers
{
    private const int MaxRequests = 500;
    private static readonly TimeSpan KeepAliveInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstGreetingPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxGreetingPause = TimeSpan.FromSeconds(4);

    private readonly Address _address;
    private readonly ClientSettings _settings;
    private readonly TimeProvider _time;
    private readonly ICanTell _frontDoor;
    private readonly Backoff _backoff;
    private readonly Backoff _greetingPause = new(FirstGreetingPause, MaxGreetingPause);
    private readonly SessionRequests _requests;
    private readonly LastWills _wills = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private long _greeting = -1;
    private bool _pausing;
    private SessionProtocol.Connected? _session;
    private TimeSpan _silenceLimit;
    private long _lastHeard;
    private long _lastKeepAlive;

    public NodeConnection(Address address, ClientSettings settings, TimeProvider time)
    {
        _address = address;
        _settings = settings;
        _time = time;
        _frontDoor = FrontDoorOf(address);
        _backoff = new Backoff(settings.ReconnectBackoff, settings.ReconnectBackoffMax);
        _requests = new SessionRequests(Self, time, MaxRequests, settings.ClientId);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>
    /// Of another system by its path: a selection would be addressed to the root guardian, and a node that asks for a
    /// secret lets nothing through to it. Here by a selection, which finds a door that opens later as well.
    /// </summary>
    private static ICanTell FrontDoorOf(Address address)
    {
        string path = address + SessionProtocol.FrontDoorPath;
        IActorRefProvider provider = ((ExtendedActorSystem)Context.System).Provider;
        return provider.DefaultAddress.Equals(address) || address.HasLocalScope
            ? Context.ActorSelection(path)
            : provider.ResolveActorRef(path);
    }

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
        Become(Resting);
    }

    protected override void PostStop()
    {
        foreach (IRequestMessage will in _wills.TakeAll()) _requests.SendLast(will);
        _session?.Session.Tell(new SessionProtocol.Disconnect());
        _requests.FailAll(ErrorCode.NetworkException, "the client is closing.");
        Context.System.EventStream.Unsubscribe(Self);
    }

    protected override void OnReceive(object message) => Unhandled(message);

    private void Resting(object message)
    {
        switch (message)
        {
            case Ask ask: Queue(ask, Sender); Greet(); break;
            case LastWill will: Keep(will); break;
            case Terminated gone: Execute(gone.ActorRef); Greet(); break;
            case Retire: Leave(); break;
            case PauseOver: _pausing = false; Greet(); break;
            case SessionProtocol.Connected late: Decline(late); break;
            case Sweep: SweepRequests(); break;
        }
    }

    private void Greeting(object message)
    {
        switch (message)
        {
            case Ask ask: Queue(ask, Sender); break;
            case LastWill will: Keep(will); break;
            case Terminated gone: Execute(gone.ActorRef); break;
            case Retire: Leave(); break;
            case SessionProtocol.Connected connected when connected.CorrelationId == _greeting: Meet(connected); break;
            case SessionProtocol.Connected late: Decline(late); break;
            case GreetAgain: SayHello(); break;
            case SessionProtocol.Refused refused when refused.CorrelationId == _greeting:
                GiveUp(refused.Error, refused.Message);
                break;
            case GreetingTimeout: GiveUp(ErrorCode.NetworkException, "no answer in time."); break;
            case AssociationErrorEvent failed when failed.RemoteAddress == _address:
                GiveUp(ErrorCode.NetworkException, Cause(failed.Cause));
                break;
            case Sweep: SweepRequests(); break;
        }
    }

    private void Connected(object message)
    {
        switch (message)
        {
            case Ask ask: Queue(ask, Sender); _requests.Send(); break;
            case LastWill will: Keep(will); break;
            case Terminated gone: Execute(gone.ActorRef); _requests.Send(); break;
            case Retire: Leave(); break;
            case SessionProtocol.Connected late: Decline(late); break;
            case IReply and ICorrelated: Heard(); _requests.Answer((IReply)message); break;
            case SessionProtocol.SessionEnded ended when Sender.Equals(_session!.Session): Lose(ended.Reason); break;
            case DisassociatedEvent gone when gone.RemoteAddress == _address: Lose("the connection broke."); break;
            case AssociationErrorEvent failed when failed.RemoteAddress == _address: Lose(Cause(failed.Cause)); break;
            case Sweep: SweepRequests(); KeepAlive(); break;
        }
    }

    private void Queue(Ask ask, IActorRef replyTo)
    {
        _requests.Queue(ask, replyTo);
        if (!Timers.IsTimerActive(Sweep.Instance))
            Timers.StartPeriodicTimer(Sweep.Instance, Sweep.Instance, SweepInterval);
    }

    private void Keep(LastWill will)
    {
        _wills.Keep(Sender, will.Request);
        if (will.Request is not null) Context.Watch(Sender);
        else Context.Unwatch(Sender);
    }

    private void Leave()
    {
        _wills.TakeAll();
        Context.Stop(Self);
    }

    private void Execute(IActorRef gone)
    {
        if (_wills.TryTake(gone, out IRequestMessage? will))
            Queue(new Ask(will, will, _settings.RequestTimeout), ActorRefs.Nobody);
    }

    private void Greet()
    {
        if (_pausing || !_requests.AnyWaiting) return;
        _greeting = _requests.NextCorrelationId();
        Become(Greeting);
        _greetingPause.Reset();
        Timers.StartSingleTimer(GreetingTimeout.Instance, GreetingTimeout.Instance, _settings.ConnectionSetupTimeout);
        SayHello();
    }

    private void SayHello()
    {
        var connect = new SessionProtocol.Connect(
            _greeting, _settings.ClientId, OwnSoftware.Name, OwnSoftware.Version, SessionProtocol.Version);
        _frontDoor.Tell(connect, Self);
        Timers.StartSingleTimer(GreetAgain.Instance, GreetAgain.Instance, _greetingPause.Next());
    }

    /// <summary>The answer to a greeting that was said twice, or given up: nobody will use that session.</summary>
    private void Decline(SessionProtocol.Connected late)
    {
        if (!late.Session.Equals(_session?.Session)) late.Session.Tell(new SessionProtocol.Disconnect());
    }

    private void Meet(SessionProtocol.Connected connected)
    {
        StopGreeting();
        _backoff.Reset();
        _session = connected;
        _silenceLimit = Min(connected.IdleTimeout, 3 * KeepAliveInterval);
        _lastHeard = _lastKeepAlive = _time.GetTimestamp();
        _log.Debug("Session {0} at node {1}", connected.Session.Path, connected.Node);
        Become(Connected);
        _requests.Open(connected);
    }

    private void GiveUp(ErrorCode error, string reason)
    {
        _requests.FailWaiting(error, $"{_address} cannot be reached: {reason}");
        Rest();
    }

    private void Lose(string reason)
    {
        _log.Info("Lost the session at {0}: {1}", _address, reason);
        _session = null;
        _requests.Close($"the session at {_address} was lost: {reason}");
        Rest();
    }

    private void Rest()
    {
        StopGreeting();
        _greeting = -1;
        _pausing = true;
        Become(Resting);
        Timers.StartSingleTimer(PauseOver.Instance, PauseOver.Instance, _backoff.Next());
    }

    private void StopGreeting()
    {
        Timers.Cancel(GreetingTimeout.Instance);
        Timers.Cancel(GreetAgain.Instance);
    }

    private void Heard() => _lastHeard = _time.GetTimestamp();

    private void KeepAlive()
    {
        if (_time.GetElapsedTime(_lastHeard) > _silenceLimit)
        {
            Lose($"nothing was heard for {_silenceLimit.TotalSeconds:0.#} s.");
            return;
        }

        bool due = _time.GetElapsedTime(_lastKeepAlive) >= Min(KeepAliveInterval, _silenceLimit / 3);
        if (!due) return;
        _lastKeepAlive = _time.GetTimestamp();
        _session!.Session.Tell(new SessionProtocol.KeepAlive(_requests.NextCorrelationId()), Self);
    }

    private void SweepRequests()
    {
        _requests.FailOverdue();
        if (_session is null && !_requests.AnyWaiting) Timers.Cancel(Sweep.Instance);
    }

    private static string Cause(Exception? cause) => cause?.GetBaseException().Message ?? "the connection failed.";

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private sealed class PauseOver : INoSerializationVerificationNeeded
    {
        public static readonly PauseOver Instance = new();
    }

    private sealed class GreetingTimeout : INoSerializationVerificationNeeded
    {
        public static readonly GreetingTimeout Instance = new();
    }

    private sealed class GreetAgain : INoSerializationVerificationNeeded
    {
        public static readonly GreetAgain Instance = new();
    }

    private sealed class Sweep : INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();
    }
}
