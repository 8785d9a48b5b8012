using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// Changes of the voters as people ask for them, one at a time: what is to be added is observed until it has caught up,
/// then the set changes in one entry; what is removed goes at once. While one waits, another is refused with the
/// reason. Pure; owned by the controller, for as long as it serves.
/// <code>
/// idle -> waiting (Add, until all have caught up or its time is over) -> idle
/// </code>
/// </summary>
public sealed class VoterChanges(ControllerQuorum quorum)
{
    private Addition? _waiting;

    public bool IsWaiting => _waiting is not null;

    /// <param name="clusterId">Of whom the asker speaks; null or empty if he does not say.</param>
    /// <param name="ticks">How long the nodes may take to catch up.</param>
    public VoterStep Add(string? clusterId, ImmutableArray<NewVoter> added, long tick, long ticks)
    {
        if (Check(clusterId) is { } refused) return refused;
        if (added.IsEmpty || added.DistinctBy(voter => voter.Node).Count() < added.Length)
            return Refused(ErrorCode.InvalidRequest, "Each node that is to become a voter is named once.");
        foreach (NewVoter one in added)
            foreach (Voter voter in quorum.Voters)
                if (voter.Node == one.Node && (one.Directory is null || one.Directory == voter.Directory))
                    return Refused(
                        ErrorCode.DuplicateVoter,
                        $"Node {voter.Node} with directory {voter.Directory} is a voter already.");
        if (new VoterSetChange(quorum.Voters, [.. quorum.Voters, .. added.Select(Placeholder)]).Fault() is { } fault)
            return Refused(ErrorCode.InvalidRequest, fault);
        _waiting = new Addition(added, tick, ticks);
        return Continue(tick);
    }

    public VoterStep Remove(string? clusterId, Voter removed)
    {
        if (Check(clusterId) is { } refused) return refused;
        if (quorum.Voters.Contains(removed)) return Settle(quorum.Voters.Remove(removed));
        string known = string.Join(
            ", ", quorum.Voters.Select(voter => $"{voter.Node} with directory {voter.Directory}"));
        return Refused(
            ErrorCode.VoterNotFound,
            $"Node {removed.Node} with directory {removed.Directory} is no voter; the voters are {known}.");
    }

    /// <summary>How it stands with the nodes that are waited for; asked with every tick.</summary>
    public VoterStep Continue(long tick)
    {
        if (_waiting is not { } addition)
            return Refused(ErrorCode.InvalidRequest, "No change of the voters waits.");
        Voter?[] caughtUp = [.. addition.Added.Select(one => quorum.CaughtUp(one.Node))];
        for (int i = 0; i < caughtUp.Length; i++)
            if (caughtUp[i] is { } found && addition.Added[i].Directory is { } wanted && found.Directory != wanted)
                return End(Refused(
                    ErrorCode.VoterNotFound, $"Node {found.Node} answers with directory {found.Directory}."));
        if (caughtUp.All(found => found is not null))
            return End(Settle([.. quorum.Voters, .. caughtUp.Select(found => found!.Value)]));
        return tick - addition.Since < addition.Ticks ? VoterStep.Wait.Instance : End(TimedOut(addition));
    }

    private static Voter Placeholder(NewVoter one) => new(one.Node, one.Directory ?? new DirectoryId(Guid.Empty));

    private VoterStep.Refuse? Check(string? clusterId)
    {
        if (!string.IsNullOrEmpty(clusterId) && clusterId != quorum.Image.ClusterId)
            return Refused(
                ErrorCode.InconsistentClusterId, $"This is cluster {quorum.Image.ClusterId}, not {clusterId}.");
        if (_waiting is { } other)
            return Refused(
                ErrorCode.RequestTimedOut,
                $"{Names(other)} is being added; the voters change one at a time. Nothing of this was done.");
        return quorum.IsChangingVoters
            ? Refused(
                ErrorCode.RequestTimedOut,
                "The last change of the voters is not committed yet. Nothing of this was done.")
            : null;
    }

    private VoterStep Settle(ImmutableArray<Voter> voters) => quorum.RefusalOf(voters) is { } refusal
        ? Refused(ErrorCode.InvalidRequest, refusal)
        : new VoterStep.Propose(voters);

    private VoterStep End(VoterStep step)
    {
        _waiting = null;
        return step;
    }

    private VoterStep.Refuse TimedOut(Addition addition)
    {
        IEnumerable<string> behind = addition.Added.Where(one => quorum.CaughtUp(one.Node) is null).Select(one =>
            quorum.Members.FirstOrDefault(member => member.Node == one.Node) is { LogEndOffset: >= 0 } member
                ? $"node {one.Node} has {member.LogEndOffset} of {quorum.LastOffset.Value + 1} entries"
                : $"node {one.Node} has not answered: is it running, with the role voter?");
        return Refused(
            ErrorCode.RequestTimedOut, $"Nothing was done: {string.Join("; ", behind)}. Ask again when it follows.");
    }

    private static string Names(Addition addition) =>
        $"Node {string.Join(", ", addition.Added.Select(voter => voter.Node))}";

    private static VoterStep.Refuse Refused(ErrorCode error, string message) => new(error, message);

    private sealed record Addition(ImmutableArray<NewVoter> Added, long Since, long Ticks);
}
