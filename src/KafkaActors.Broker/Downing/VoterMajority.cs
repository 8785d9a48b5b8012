using KafkaActors.Protocol;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// Decides which side of a split stays: the one that holds a majority of the committed voter set. At most one side
/// does, so at most one stays, and it can elect and run a controller. Brokers follow their voters. Pure.
/// </summary>
internal static class VoterMajority
{
    /// <param name="voters">The committed set, or null when this node has not learned it: then it cannot stay.</param>
    public static DowningDecision Decide(IReadOnlySet<NodeId>? voters, IReadOnlyCollection<SeenMember> members)
    {
        if (members.All(member => member.IsReachable)) return DowningDecision.Nothing;
        if (voters is null || voters.Count == 0) return DowningDecision.DownSelf;
        int reachable = members.Where(member => member.IsReachable && voters.Contains(member.Node))
            .Select(member => member.Node).Distinct().Count();
        return reachable * 2 > voters.Count ? DowningDecision.DownUnreachable : DowningDecision.DownSelf;
    }
}
