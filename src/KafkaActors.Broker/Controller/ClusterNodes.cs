using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using KafkaActors.Broker.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// The cluster's members as the controller sees them: which node is where. A member tells its node id by its role
/// <c>node-&lt;id&gt;</c>. Owned by the <see cref="ControllerActor"/>.
/// </summary>
internal sealed class ClusterNodes
{
    public const string NodeRolePrefix = "node-";

    private readonly Dictionary<UniqueAddress, (NodeId Node, bool IsVoter)> _members = [];

    /// <summary>Where the node's voter is, or null while it is not in the cluster.</summary>
    public Address? AddressOf(NodeId node)
    {
        foreach ((UniqueAddress address, (NodeId member, bool isVoter)) in _members)
            if (member == node && isVoter) return address.Address;
        return null;
    }

    public IEnumerable<Address> Addresses => _members.Keys.Select(member => member.Address);

    public IEnumerable<NodeId> Voters => _members.Values.Where(member => member.IsVoter).Select(member => member.Node);

    /// <returns>The node that the event is about; null if it is none.</returns>
    public NodeId? Handle(ClusterEvent.IMemberEvent change)
    {
        if (change is ClusterEvent.MemberRemoved or ClusterEvent.MemberDowned or ClusterEvent.MemberExited)
            _members.Remove(change.Member.UniqueAddress);
        else Add(change.Member);
        return NodeOf(change.Member);
    }

    public void Load(ClusterEvent.CurrentClusterState state)
    {
        foreach (Member member in state.Members)
            if (member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up
                or MemberStatus.Leaving)
                Add(member);
    }

    private void Add(Member member)
    {
        if (NodeOf(member) is { } node)
            _members[member.UniqueAddress] = (node, member.HasRole(NodeSettings.VoterRole));
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
