using Akka.Actor;
using Akka.Event;

namespace KafkaActors.Broker.Supervision;

/// <summary>
/// Stands where a singleton's manager has its singleton, and hands on what it is sent. The manager does not notice that
/// a singleton stops; this does, and starts it anew. One that stops again and again is the node's end.
/// Stopped itself, by its manager or the node, it takes the singleton along, and says so: on a node that stays in the
/// cluster nobody would bring it back.
/// </summary>
/// <param name="onFatal">Told, once, why the node cannot go on.</param>
internal sealed class KeptSingleton(Props singleton, Action<string> onFatal) : UntypedActor, IWithTimers
{
    public const string ChildName = "active";

    /// <summary>So many stops without a quiet <see cref="CalmAfter"/> between them, and it is given up.</summary>
    private const int MaxStops = 5;

    private static readonly TimeSpan CalmAfter = TimeSpan.FromSeconds(30);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _child = ActorRefs.Nobody;
    private int _stops;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props PropsOf(Props singleton, Action<string> onFatal) =>
        Props.Create(() => new KeptSingleton(singleton, onFatal)).WithDispatcher(singleton.Dispatcher);

    protected override void PreStart() => Start();

    protected override void PostStop() =>
        Context.System.EventStream.Publish(new SingletonEnded(Self.Path.Parent.Name));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Terminated stopped when stopped.ActorRef.Equals(_child): OnStopped(); break;
            case Calm: _stops = 0; break;
            default: _child.Forward(message); break;
        }
    }

    private void Start() => _child = Context.Watch(Context.ActorOf(singleton, ChildName));

    private void OnStopped()
    {
        string name = Self.Path.Parent.Name;
        if (++_stops >= MaxStops)
        {
            onFatal($"its {name} has stopped {_stops} times in a row");
            return;
        }

        _log.Warning("The {0} of this node has stopped by itself and is started again.", name);
        Timers.StartSingleTimer(Calm.Instance, Calm.Instance, CalmAfter);
        Start();
    }

    private sealed record Calm : INoSerializationVerificationNeeded
    {
        public static Calm Instance { get; } = new();
    }
}
