using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Quorum;

/// <summary>What a node that keeps the metadata log and is no voter tells the person who looks after it.</summary>
public static class VoterAdvice
{
    private const string Command = "kafka-actors metadata-quorum";

    /// <summary>
    /// One sentence with the command that changes it; null for a voter, and while no voters are known.
    /// </summary>
    public static string? For(Voter self, MetadataImage committed)
    {
        ImmutableArray<Voter> voters = committed.Voters;
        if (voters.IsEmpty || voters.Contains(self)) return null;
        string add = $"{Command} add-controller --controller-id {self.Node}";
        string set = string.Join(", ", voters.Select(voter => voter.Node).Order());
        foreach (Voter former in voters)
            if (former.Node == self.Node)
                return $"Node {self.Node} has the metadata directory {self.Directory}, and the voter of that node is "
                    + $"directory {former.Directory}: it follows and does not count. If that directory is lost: "
                    + $"{Command} remove-controller --controller-id {self.Node} --controller-directory-id "
                    + $"{former.Directory}, then {add}";
        return $"Node {self.Node} keeps the metadata log and is no voter (the voters are {set}): it follows and does "
            + $"not count. To make it one: {add}";
    }
}
