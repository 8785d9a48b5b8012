using KafkaActors.Coordination.Bootstrap;

namespace KafkaActors.Broker.Bootstrap;

/// <summary>
/// Whether this member is on an island: a node of its own metadata cluster, in another Akka cluster, reaches a majority
/// of the voters, and this node does not. It is so when it was so at two looks in a row, and so no matter of a member
/// that has not been heard of yet.
/// </summary>
internal sealed class IslandWatch(ClusterSight sight)
{
    private const int LooksNeeded = 2;

    private int _looks;

    public bool Ends(NodeStanding other, string clusterId)
    {
        bool isElsewhere = other is { Place: NodePlace.InCluster, SeesVoterMajority: true }
            && other.ClusterId == clusterId && !sight.IsMember(other.Address, other.AkkaUid);
        if (!isElsewhere) return false;
        _looks = sight.SeesVoterMajority ? 0 : _looks + 1;
        return _looks >= LooksNeeded;
    }
}
