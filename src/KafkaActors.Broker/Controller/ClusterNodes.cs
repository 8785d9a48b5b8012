using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using KafkaActors.Broker.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// The cluster's members as the controller sees them: which node is where, and which of them can be reached. A member
/// tells its node id by its role <c>node-&lt;id&gt;</c>. Owned by the <see cref="ControllerActor"/>.
/// </summary>
internal sealed class ClusterNodes
{
    public const string NodeRolePrefix = "node-";

    private readonly Dictionary<UniqueAddress, (NodeId Node, bool IsVoter)> _members = [];
    private readonly HashSet<UniqueAddress> _unreachable = [];

    /// <summary>Where the node's voter is, or null while it is not in the cluster.</summary>
    public Address? AddressOf(NodeId node)
    {
        foreach ((UniqueAddress address, (NodeId member, bool isVoter)) in _members)
            if (member == node && isVoter) return address.Address;
        return null;
    }

    public IEnumerable<NodeId> Voters => _members.Values.Where(member => member.IsVoter).Select(member => member.Node);

    /// <summary>Whether the process that registered as this broker can be reached, as far as is known.</summary>
    public bool IsAlive(BrokerImage broker) => _members.Any(member => member.Value.Node == broker.Node
        && member.Key.Address.ToString() == broker.AkkaAddress && !_unreachable.Contains(member.Key));

    /// <returns>Whether the event says that a node has gone or cannot be reached.</returns>
    public bool Handle(ClusterEvent.IClusterDomainEvent change)
    {
        switch (change)
        {
            case ClusterEvent.MemberRemoved removed: Remove(removed.Member); return true;
            case ClusterEvent.MemberDowned downed: Remove(downed.Member); return true;
            case ClusterEvent.MemberExited exited: Remove(exited.Member); return true;
            case ClusterEvent.UnreachableMember member: _unreachable.Add(member.Member.UniqueAddress); return true;
            case ClusterEvent.ReachableMember member: _unreachable.Remove(member.Member.UniqueAddress); return false;
            case ClusterEvent.IMemberEvent joined: Add(joined.Member); return false;
            default: return false;
        }
    }

    public void Load(ClusterEvent.CurrentClusterState state)
    {
        foreach (Member member in state.Members)
            if (member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up
                or MemberStatus.Leaving)
                Add(member);
        foreach (Member member in state.Unreachable) _unreachable.Add(member.UniqueAddress);
    }

    private void Add(Member member)
    {
        if (NodeOf(member) is { } node)
            _members[member.UniqueAddress] = (node, member.HasRole(NodeSettings.VoterRole));
    }

    private void Remove(Member member)
    {
        _members.Remove(member.UniqueAddress);
        _unreachable.Remove(member.UniqueAddress);
    }

    private static NodeId? NodeOf(Member member)
    {
        foreach (string role in member.Roles)
            if (role.StartsWith(NodeRolePrefix, StringComparison.Ordinal)
                && int.TryParse(
                    role.AsSpan(NodeRolePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
                return new NodeId(id);
        return null;
    }
}
