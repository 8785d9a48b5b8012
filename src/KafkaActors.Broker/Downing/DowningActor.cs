using Akka.Actor;
using Akka.Cluster;
using Akka.Event;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// Watches who is seen. When members have been unseen for the stable time without a change, it does what
/// <see cref="VoterMajority"/> decides. Every node decides for itself; downing a member twice changes nothing.
/// A child of the cluster's own daemon, on the control dispatcher.
/// </summary>
internal sealed class DowningActor : UntypedActor, IWithTimers
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly SeenMembers _members = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CommittedVoters _voters;
    private readonly TimeSpan _stableAfter;

    public DowningActor(CommittedVoters voters, TimeSpan stableAfter)
    {
        _voters = voters;
        _stableAfter = stableAfter;
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
            case Stable: Decide(); break;
            default: Unhandled(message); break;
        }
    }

    private void Follow(ClusterEvent.IClusterDomainEvent change)
    {
        _members.Apply(change);
        if (_members.IsAnyUnreachable) Timers.StartSingleTimer(Stable.Instance, Stable.Instance, _stableAfter);
        else Timers.Cancel(Stable.Instance);
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

        if (_members.IsAnyUnreachable) Timers.StartSingleTimer(Stable.Instance, Stable.Instance, _stableAfter);
    }

    private sealed class Stable : INoSerializationVerificationNeeded
    {
        public static readonly Stable Instance = new();
    }
}
