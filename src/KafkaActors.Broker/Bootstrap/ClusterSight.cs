using Akka.Actor;
using Akka.Cluster;
using KafkaActors.Broker.Downing;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Bootstrap;

/// <summary>What this node sees of the Akka cluster that it is in, read when it is asked.</summary>
internal sealed class ClusterSight(ActorSystem system)
{
    private readonly Cluster _cluster = Cluster.Get(system);
    private readonly CommittedVoters _voters = CommittedVoters.Of(system);

    /// <summary>Whether it reaches a majority of the voters; not while they are unknown.</summary>
    public bool SeesVoterMajority
    {
        get
        {
            if (_voters.Current is not { Voters.Length: > 0 } voters) return false;
            ClusterEvent.CurrentClusterState state = _cluster.State;
            Member[] reachable = [.. state.Members.Except(state.Unreachable).Where(IsIn)];
            HashSet<NodeId> nodes = [.. reachable.Select(member => SeenMembers.NodeOf(member.Roles))];
            return voters.IsMajority(voters.Voters.Count(voter => nodes.Contains(voter.Node)));
        }
    }

    public bool IsMember(string? address) => _cluster.State.Members.Any(member => member.Address.ToString() == address);

    public bool IsMember(string address, int uid) => _cluster.State.Members.Any(member =>
        member.UniqueAddress.Uid == uid && member.Address.ToString() == address);

    private static bool IsIn(Member member) => member.Status
        is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up or MemberStatus.Leaving;
}
