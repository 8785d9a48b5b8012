using System.Globalization;
using Akka.Cluster;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// The members as the cluster's events tell of them, in the order they come: the cluster's own picture may lag behind
/// the event that is being handled. Owned by the <see cref="DowningActor"/>.
/// </summary>
internal sealed class SeenMembers
{
    private const string RolePrefix = "node-";

    private readonly Dictionary<UniqueAddress, Member> _members = [];
    private readonly HashSet<UniqueAddress> _unreachable = [];

    public void Apply(ClusterEvent.IClusterDomainEvent change)
    {
        switch (change)
        {
            case ClusterEvent.MemberRemoved removed: Remove(removed.Member.UniqueAddress); break;
            case ClusterEvent.IMemberEvent changed: _members[changed.Member.UniqueAddress] = changed.Member; break;
            case ClusterEvent.UnreachableMember lost: _unreachable.Add(lost.Member.UniqueAddress); break;
            case ClusterEvent.ReachableMember back: _unreachable.Remove(back.Member.UniqueAddress); break;
        }
    }

    public IReadOnlyList<SeenMember> All() =>
    [
        .. _members.Values.Select(member => new SeenMember(
            PeerOf(member), IsReachable(member), IsStaying(member), member.Status == MemberStatus.Up)),
    ];

    /// <summary>The process that a member is.</summary>
    public static Peer PeerOf(Member member) =>
        new(NodeOf(member.Roles), member.Address.ToString(), member.UniqueAddress.Uid);

    /// <summary>A member tells its node id by its role <c>node-&lt;id&gt;</c>.</summary>
    public static NodeId NodeOf(IEnumerable<string> roles)
    {
        string? role = roles.FirstOrDefault(role => role.StartsWith(RolePrefix, StringComparison.Ordinal));
        ReadOnlySpan<char> digits = role.AsSpan(role is null ? 0 : RolePrefix.Length);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            ? new NodeId(id)
            : NodeId.None;
    }

    private void Remove(UniqueAddress address)
    {
        _members.Remove(address);
        _unreachable.Remove(address);
    }

    // A voter on its way in is a voter: one that has just been started again, when another is lost, makes the majority.
    private static bool IsStaying(Member member) =>
        member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up or MemberStatus.Leaving;

    private bool IsReachable(Member member) => !_unreachable.Contains(member.UniqueAddress);
}
