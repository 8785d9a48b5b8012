using Akka.Actor;
using Akka.Cluster;
using Akka.Event;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// Watches who is seen. When members have been unseen for the stable time without a change, it does what
/// <see cref="VoterMajority"/> decides. Every node decides for itself; downing a member twice changes nothing.
/// The stable time is counted in ticks, each begun when the one before has been handled: a node that slept has seen
/// nothing of it, and hears the others again before it decides.
/// A child of the cluster's own daemon, on the control dispatcher.
/// </summary>
internal sealed class DowningActor : UntypedActor, IWithTimers
{
    private const int TicksOfStability = 8;

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly SeenMembers _members = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CommittedVoters _voters;
    private readonly TimeSpan _tickInterval;
    private int _ticks;

    public DowningActor(CommittedVoters voters, TimeSpan stableAfter)
    {
        _voters = voters;
        _tickInterval = stableAfter / TicksOfStability;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => _cluster.Subscribe(
        Self,
        ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
        typeof(ClusterEvent.IReachabilityEvent),
        typeof(ClusterEvent.IMemberEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.IClusterDomainEvent change: Follow(change); break;
            case Tick: OnTick(); break;
            default: Unhandled(message); break;
        }
    }

    private void Follow(ClusterEvent.IClusterDomainEvent change)
    {
        _members.Apply(change);
        Watch();
    }

    private void Watch()
    {
        _ticks = 0;
        if (_members.IsAnyUnreachable) AwaitTick();
        else Timers.Cancel(Tick.Instance);
    }

    private void AwaitTick() => Timers.StartSingleTimer(Tick.Instance, Tick.Instance, _tickInterval);

    private void OnTick()
    {
        if (++_ticks < TicksOfStability) AwaitTick();
        else Decide();
    }

    private void Decide()
    {
        DowningDecision decision = VoterMajority.Decide(_voters.Current, _members.Seen());
        if (decision != DowningDecision.Nothing)
        {
            IReadOnlyList<Address> leaving =
                decision == DowningDecision.DownSelf ? [_cluster.SelfAddress] : _members.Unreachable();
            _log.Warning("{0}: downing {1}", decision, string.Join(", ", leaving));
            foreach (Address address in leaving) _cluster.Down(address);
        }

        Watch();
    }

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }
}
