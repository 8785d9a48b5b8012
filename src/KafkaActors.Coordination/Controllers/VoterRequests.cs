using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Controllers.VoterProtocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>
/// Turns <see cref="VoterProtocol"/> into <see cref="VoterChanges"/> and their ends into answers. One of them may wait
/// for nodes to catch up; it is answered in any case. Owned by a <see cref="ControllerCore{TPeer}"/> for as long as its
/// quorum lives.
/// </summary>
internal sealed class VoterRequests<TPeer>(ControllerQuorum quorum, TimeSpan tick)
    where TPeer : notnull
{
    private readonly VoterChanges _changes = new(quorum);
    private (TPeer Asker, long Id)? _waiting;

    public bool IsUnderWay(TPeer asker, long id) =>
        _waiting is { } waiting && waiting.Id == id && waiting.Asker.Equals(asker);

    /// <returns>Whether the request is one of these; its outcome is null while it waits.</returns>
    public bool TryBegin(
        ControllerProtocol.Request request, TPeer asker, long now, out VoterOutcome<TPeer>? outcome)
    {
        VoterStep? step = request switch
        {
            AddVoters add => _changes.Add(add.ClusterId, add.Voters, now, (long)(add.Patience / tick)),
            RemoveVoter remove => _changes.Remove(remove.ClusterId, remove.Voter),
            _ => null,
        };
        outcome = request is DescribeQuorum describe ? Described(describe, asker)
            : step is null or VoterStep.Wait ? null
            : Outcome(step, asker, request.Id);
        if (step is VoterStep.Wait) _waiting = (asker, request.Id);
        return step is not null || outcome is not null;
    }

    /// <returns>The outcome of what waited; null while it waits on, or nothing does.</returns>
    public VoterOutcome<TPeer>? Continue(long now)
    {
        if (_waiting is not { } waiting) return null;
        VoterStep step = _changes.Continue(now);
        if (step is VoterStep.Wait) return null;
        _waiting = null;
        return Outcome(step, waiting.Asker, waiting.Id);
    }

    /// <summary>The controller is over: what waits was not done, and will not be.</summary>
    public VoterOutcome<TPeer>? Abandon(string reason)
    {
        if (_waiting is not { } waiting) return null;
        _waiting = null;
        var over = new VoterStep.Refuse(ErrorCode.RequestTimedOut, $"{reason} Nothing of this was done.");
        return Outcome(over, waiting.Asker, waiting.Id);
    }

    private static VoterOutcome<TPeer> Outcome(VoterStep step, TPeer asker, long id) => step switch
    {
        VoterStep.Propose propose => new VoterOutcome<TPeer>(
            asker,
            id,
            new ControllerDecision(
                [new MetadataEvent.VotersChanged(propose.Voters)],
                offset => new VotersDecided(id, ErrorCode.None, null, offset))
            {
                Causes = [Cause.Of(CauseKind.VotersChanged, "voters", ("voters", propose.Voters.Length))],
            },
            IsImmediate: false),
        VoterStep.Refuse refuse => new VoterOutcome<TPeer>(
            asker,
            id,
            new ControllerDecision([], offset => new VotersDecided(id, refuse.Error, refuse.Message, offset)),
            IsImmediate: true),
        _ => throw new InvalidOperationException($"{step.GetType()} is no end."),
    };

    private VoterOutcome<TPeer> Described(DescribeQuorum describe, TPeer asker)
    {
        QuorumReplica[] replicas = [.. quorum.Members.Where(member => member.Voter is not null).Select(Replica)];
        var described = new QuorumDescribed(
            describe.Id,
            quorum.Self.Candidate,
            quorum.Self.Epoch,
            quorum.CommittedOffset.Value + 1,
            [.. replicas]);
        return new VoterOutcome<TPeer>(
            asker, describe.Id, new ControllerDecision([], _ => described), IsImmediate: true);
    }

    private QuorumReplica Replica(QuorumMember member) => new(
        member.Voter!.Value,
        member.IsVoter,
        member.LogEndOffset,
        Milliseconds(member.AnsweredAgo),
        member.CaughtUpAgo is { } ago ? Milliseconds(ago) : -1);

    private long Milliseconds(long ticks) => (long)(ticks * tick).TotalMilliseconds;
}
