using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// A node's way to the controller: takes requests from the node's actors, sends them to wherever the controller is,
/// and gives each an answer. A controller that does not serve yet has done nothing, so it is asked again; when the time
/// is over, the outcome is unknown. Holds a bounded number of requests. Time is counted in ticks, each begun when the
/// one before has been handled: what this node sleeps through is one tick at most.
/// </summary>
/// <param name="singleton">The cluster singleton's proxy.</param>
internal sealed class ControllerProxy(IActorRef singleton, ControllerSettings settings)
    : UntypedActor, IWithTimers
{
    private const int MaxRequests = 10_000;

    /// <summary>How long a request may take; an asker may give up sooner.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly FragmentedDelivery _delivery = new(Context.System);
    private readonly FragmentAssembler _fragments = new(Context.System);
    private readonly Dictionary<long, UnderWay> _underWay = [];
    private long _lastId;
    private long _ticks;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ControllerProtocol.Request request: Send(request); break;
            case ControllerProtocol.Refused { Error: ErrorCode.NotController } refused: Retry(refused.Id); break;
            case ControllerProtocol.Reply reply: Answer(reply.Id, reply); break;
            case Fragment fragment: OnFragment(fragment); break;
            case Again again: SendAgain(again.Id); break;
            case Tick: Expire(); break;
            default: Unhandled(message); break;
        }
    }

    private void Send(ControllerProtocol.Request request)
    {
        if (_underWay.Count >= MaxRequests)
        {
            Sender.Tell(new ControllerProtocol.Refused(
                request.Id, ErrorCode.ThrottlingQuotaExceeded, "Too many requests wait for the controller."));
            return;
        }

        long id = ++_lastId;
        _underWay.Add(id, new UnderWay(Sender, request, _ticks));
        Tell(id, request);
        if (!Timers.IsTimerActive(Tick.Instance)) AwaitTick();
    }

    private void Tell(long id, ControllerProtocol.Request request)
    {
        ControllerProtocol.Request numbered = request with { Id = id };
        // Clients may ask for thousands of topics at once; what nodes say of themselves is short.
        if (numbered is ControllerProtocol.Change) _delivery.TellThrough(singleton, numbered, Self);
        else singleton.Tell(numbered, Self);
    }

    private void OnFragment(Fragment fragment)
    {
        if (_fragments.TryComplete(Sender, fragment, out object? whole)) OnReceive(whole);
    }

    private void AwaitTick() => Timers.StartSingleTimer(Tick.Instance, Tick.Instance, TickInterval);

    private void Retry(long id)
    {
        if (_underWay.ContainsKey(id)) Timers.StartSingleTimer(id, new Again(id), settings.RetryBackoff);
    }

    private void SendAgain(long id)
    {
        if (_underWay.TryGetValue(id, out UnderWay? request)) Tell(id, request.Request);
    }

    private void Answer(long id, ControllerProtocol.Reply reply)
    {
        if (_underWay.Remove(id, out UnderWay? request)) request.Asker.Tell(reply with { Id = request.Request.Id });
    }

    private void Expire()
    {
        _ticks++;
        foreach ((long id, UnderWay request) in _underWay.ToArray())
            if ((_ticks - request.Tick) * TickInterval >= RequestTimeout)
                Answer(id, new ControllerProtocol.Refused(
                    id,
                    ErrorCode.RequestTimedOut,
                    "The controller did not answer in time; it may still do what was asked."));
        if (_underWay.Count > 0) AwaitTick();
    }

    private sealed record UnderWay(IActorRef Asker, ControllerProtocol.Request Request, long Tick);

    private sealed record Again(long Id) : INoSerializationVerificationNeeded;

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }
}
