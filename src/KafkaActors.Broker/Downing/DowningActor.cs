using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// Watches who is seen. When members have been unseen for the stable time without a change, it does what
/// <see cref="VoterMajority"/> decides. Every node decides for itself; downing a member twice changes nothing.
/// A child of the cluster's own daemon, on the control dispatcher.
/// </summary>
internal sealed class DowningActor : UntypedActor, IWithTimers
{
    private const string RolePrefix = "node-";

    private readonly Cluster _cluster = Cluster.Get(Context.System);
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
            case ClusterEvent.IReachabilityEvent or ClusterEvent.IMemberEvent: Wait(); break;
            case Stable: Decide(); break;
            default: Unhandled(message); break;
        }
    }

    private void Wait()
    {
        if (_cluster.State.Unreachable.IsEmpty) Timers.Cancel(Stable.Instance);
        else Timers.StartSingleTimer(Stable.Instance, Stable.Instance, _stableAfter);
    }

    private void Decide()
    {
        ClusterEvent.CurrentClusterState state = _cluster.State;
        Member[] members = [.. state.Members.Where(Counts)];
        SeenMember[] seen =
            [.. members.Select(member => new SeenMember(NodeOf(member), !state.Unreachable.Contains(member)))];
        DowningDecision decision = VoterMajority.Decide(_voters.Current, seen);
        if (decision == DowningDecision.Nothing) return;
        bool downUnreachable = decision == DowningDecision.DownUnreachable;
        Member[] leaving = [.. members.Where(member => state.Unreachable.Contains(member) == downUnreachable)];
        Context.GetLogger().Warning(
            "{0}: downing {1}", decision, string.Join(", ", leaving.Select(member => member.Address)));
        foreach (Member member in leaving.OrderBy(member => member.Address == _cluster.SelfAddress))
            _cluster.Down(member.Address);
        Timers.StartSingleTimer(Stable.Instance, Stable.Instance, _stableAfter);
    }

    // Members on their way in or already out have no say; the leader removes them once the rest agrees.
    private static bool Counts(Member member) =>
        member.Status is MemberStatus.Up or MemberStatus.Leaving or MemberStatus.WeaklyUp;

    private static NodeId NodeOf(Member member)
    {
        string? role = member.Roles.FirstOrDefault(role => role.StartsWith(RolePrefix, StringComparison.Ordinal));
        return role is not null
            && int.TryParse(role.AsSpan(RolePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                ? new NodeId(id)
                : NodeId.None;
    }

    private sealed class Stable
    {
        public static readonly Stable Instance = new();
    }
}
