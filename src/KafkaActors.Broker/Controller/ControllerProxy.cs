using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Coordination.Controllers;
using Effect = KafkaActors.Coordination.Controllers.ControllerCallEffect<Akka.Actor.IActorRef>;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// A node's way to the controller: takes requests from the node's actors, sends them to wherever the controller is,
/// and gives each an answer, as its <see cref="ControllerCalls{TAsker}"/> says; which controller serves it reads in the
/// node's metadata. Ticks are not periodic: what this node sleeps through is one tick at most.
/// </summary>
/// <param name="singleton">The cluster singleton's proxy.</param>
/// <param name="follower">The node's <see cref="MetadataFollower"/>.</param>
internal sealed class ControllerProxy(IActorRef singleton, IActorRef follower, ControllerSettings settings)
    : UntypedActor, IWithTimers
{
    /// <summary>How long a request may take; an asker may give up sooner.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly FragmentedDelivery _delivery = new(Context.System);
    private readonly FragmentAssembler _fragments = new(Context.System);
    private readonly ControllerCalls<IActorRef> _calls = new((long)(RequestTimeout / TickInterval));

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => follower.Tell(MetadataFollowerProtocol.Subscribe.Instance, Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ControllerProtocol.Request request: Ask(request); break;
            case ControllerProtocol.Reply reply: Carry(_calls.Handle(reply)); break;
            case MetadataFollowerProtocol.MetadataChanged changed:
                Carry(_calls.ControllerServes(changed.Delta.After.ControllerEpoch));
                break;
            case Fragment fragment: OnFragment(fragment); break;
            case Again again: Carry(_calls.Retry(again.Id)); break;
            case Tick: OnTick(); break;
            default: Unhandled(message); break;
        }
    }

    private void Ask(ControllerProtocol.Request request)
    {
        Carry(_calls.Begin(request, Sender));
        if (!Timers.IsTimerActive(Tick.Instance)) AwaitTick();
    }

    private void Carry(IReadOnlyList<Effect> effects)
    {
        foreach (Effect effect in effects)
            switch (effect)
            {
                case Effect.Send send: Send(send.Request); break;
                case Effect.Recall recall: singleton.Tell(recall.Message, Self); break;
                case Effect.RetryLater later:
                    Timers.StartSingleTimer(later.Id, new Again(later.Id), settings.RetryBackoff);
                    break;
                case Effect.Answer answer: answer.Asker.Tell(answer.Reply); break;
                default: throw new InvalidOperationException($"{effect.GetType()} cannot be carried out.");
            }
    }

    private void Send(ControllerProtocol.Request request)
    {
        // Clients may ask for thousands of topics at once; what nodes say of themselves is short.
        if (request is ControllerProtocol.Change) _delivery.TellThrough(singleton, request, Self);
        else singleton.Tell(request, Self);
    }

    private void OnFragment(Fragment fragment)
    {
        if (_fragments.TryComplete(Sender, fragment, out object? whole)) OnReceive(whole);
    }

    private void AwaitTick() => Timers.StartSingleTimer(Tick.Instance, Tick.Instance, TickInterval);

    private void OnTick()
    {
        Carry(_calls.Tick());
        if (!_calls.IsIdle) AwaitTick();
    }

    private sealed record Again(long Id) : INoSerializationVerificationNeeded;

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }
}
