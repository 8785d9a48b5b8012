using KafkaActors.Coordination.Quorum;

namespace KafkaActors.Coordination.Bootstrap;

/// <summary>Which of the clusters that others are in is this node's, if any.</summary>
internal static class ClusterChoice
{
    /// <summary>Why this node must not go on with these addresses; null when nothing speaks against it.</summary>
    public static string? Refusal(NodeStanding self, IReadOnlyCollection<NodeStanding> heard)
    {
        NodeStanding[] members = [.. heard.Where(standing => standing.Place == NodePlace.InCluster)];
        foreach (NodeStanding member in members)
        {
            if (member.Node == self.Node)
                return $"node {self.Node} is running at {member.Address}; give each its own node.id";
            if (!Electorate.IsOfOneCluster(self, member))
                return $"the data directory belongs to cluster {self.ClusterId}, the seeds to {member.ClusterId}; "
                    + "give another directory with --data, or the seeds of its own cluster";
        }

        string[] clusters = [.. members.Select(member => member.ClusterId).Where(id => id.Length > 0).Distinct()];
        return self.ClusterId.Length == 0 && clusters.Length > 1
            ? $"the seeds belong to several clusters, {string.Join(" and ", clusters)}; name those of one"
            : null;
    }

    /// <summary>
    /// The node to join: of an island that reaches a majority of the voters before one that does not. One that is still
    /// forming counts as well, for whoever may belong to what it forms.
    /// </summary>
    public static NodeStanding? ToJoin(NodeStanding self, IEnumerable<NodeStanding> heard) => heard
        .Where(standing => standing.Place >= NodePlace.Forming && IsOurs(self, standing))
        .OrderByDescending(standing => standing.SeesVoterMajority)
        .ThenByDescending(standing => standing.Place)
        .ThenByDescending(standing => standing.Last)
        .ThenBy(standing => standing.Node)
        .FirstOrDefault();

    // A cluster that has no id yet may still get another one than ours, unless its members are the voters of our log.
    private static bool IsOurs(NodeStanding self, NodeStanding member) =>
        self.ClusterId.Length == 0 || member.ClusterId == self.ClusterId
        || (member.ClusterId.Length == 0 && self.Last > LogPosition.Empty && self.Voters.Contains(member.Voter));
}
