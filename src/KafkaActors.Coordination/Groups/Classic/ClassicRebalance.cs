using KafkaActors.Coordination.Causes;
using System.Collections.Frozen;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>
/// The generations of a classic group and the two barriers between them. At the join barrier every member waits until
/// all have joined, or the longest rebalance timeout has passed; the first rebalance of an empty group waits for
/// others to come, longer while they do. At the sync barrier they wait until the leader has told who is assigned what.
/// <see cref="ClassicGroup"/> owns it. Legal transitions:
/// <code>
/// Empty               -> PreparingRebalance   a first member joins
/// PreparingRebalance  -> CompletingRebalance  the join barrier opens
///                     -> Empty                it opens and nobody is left
/// CompletingRebalance -> Stable               the leader's assignment arrives
///                     -> PreparingRebalance   a member joins, leaves or fails
/// Stable              -> PreparingRebalance   a member joins, leaves or fails, or the leader joins again
/// any but Dead        -> Dead                 the group is deleted
/// </code>
/// </summary>
internal sealed class ClassicRebalance(
    string groupId, ClassicMembers members, SessionDeadlines sessions, GroupServices services, DecisionBuilder decision)
{
    private readonly HashSet<string> _owingSync = [];
    private TimeSpan? _joinDeadline;
    private TimeSpan? _syncDeadline;
    private TimeSpan _initialEnd;
    private bool _isInitial;
    private bool _hasGrown;

    public static FrozenDictionary<ClassicGroupState, ClassicGroupState[]> StateTransitions { get; } =
        new Dictionary<ClassicGroupState, ClassicGroupState[]>
        {
            [ClassicGroupState.Empty] = [ClassicGroupState.PreparingRebalance, ClassicGroupState.Dead],
            [ClassicGroupState.PreparingRebalance] =
                [ClassicGroupState.CompletingRebalance, ClassicGroupState.Empty, ClassicGroupState.Dead],
            [ClassicGroupState.CompletingRebalance] =
                [ClassicGroupState.Stable, ClassicGroupState.PreparingRebalance, ClassicGroupState.Dead],
            [ClassicGroupState.Stable] = [ClassicGroupState.PreparingRebalance, ClassicGroupState.Dead],
            [ClassicGroupState.Dead] = [],
        }.ToFrozenDictionary();

    public ClassicGroupState State { get; private set; } = ClassicGroupState.Empty;

    public ClassicMembers Members => members;

    /// <summary>Since when it is in its state, as the log tells time; null where it does not say.</summary>
    public TimeSpan? StateSince { get; private set; }

    public int Generation { get; private set; }

    /// <summary>The assignment protocol of the generation; null in one without members.</summary>
    public string? ProtocolName { get; private set; }

    public TimeSpan? NextDeadline => _joinDeadline ?? _syncDeadline;

    /// <summary>Whether the log holds a record of the group, which then needs a tombstone.</summary>
    public bool HasRecord { get; private set; }

    /// <summary>A member was added.</summary>
    public void MemberAdded(TimeSpan now)
    {
        _hasGrown = true;
        MembersChanged(now);
    }

    /// <summary>Begins a rebalance; the join barrier opens if this was all it waited for.</summary>
    public void MembersChanged(TimeSpan now)
    {
        if (State == ClassicGroupState.PreparingRebalance) CompleteJoinIfAllJoined(now);
        else Prepare(now);
    }

    public void Prepare(TimeSpan now)
    {
        if (State == ClassicGroupState.CompletingRebalance) FailSyncs(ErrorCode.RebalanceInProgress, now);
        _owingSync.Clear();
        _syncDeadline = null;
        _isInitial = State == ClassicGroupState.Empty;
        _hasGrown = false;
        TransitionTo(ClassicGroupState.PreparingRebalance, now);
        if (_isInitial) AwaitFirstMembers(now);
        else AwaitMembers(now);
    }

    public void CompleteJoinIfAllJoined(TimeSpan now)
    {
        if (State == ClassicGroupState.PreparingRebalance && !_isInitial && members.HaveAllJoined) CompleteJoin(now);
    }

    /// <summary>A member's SyncGroup came, or the member is gone: the sync barrier does not wait for it.</summary>
    public void SyncReceived(string memberId)
    {
        _owingSync.Remove(memberId);
        if (_owingSync.Count == 0) _syncDeadline = null;
    }

    /// <summary>
    /// The leader's assignment: the generation is complete. One that is greater than a record of the log may be is
    /// refused to all that wait for it, as in Kafka, and the members join again.
    /// </summary>
    public void Assign(IReadOnlyList<SyncGroupRequest.SyncGroupAssignment> assignments, TimeSpan now)
    {
        var byMember = new Dictionary<string, ReadOnlyMemory<byte>>(assignments.Count);
        foreach (SyncGroupRequest.SyncGroupAssignment assignment in assignments)
            byMember[assignment.MemberId] = assignment.Assignment;
        foreach (ClassicMember member in members.All)
            member.Assignment = byMember.GetValueOrDefault(member.Id);
        TransitionTo(ClassicGroupState.Stable, now);
        if (!TryWriteRecord())
        {
            FailSyncs(ErrorCode.UnknownServerError, now);
            Prepare(now);
            return;
        }

        foreach (ClassicMember member in members.All)
            AnswerSync(member, ClassicResponses.Synced(this, member), now);
    }

    /// <summary>Looks at the barriers' deadlines.</summary>
    public void Tick(TimeSpan now)
    {
        if (_joinDeadline <= now) JoinTimedOut(now);
        if (_syncDeadline <= now) SyncTimedOut(now);
    }

    /// <summary>Takes up a generation from the log.</summary>
    public void Load(GroupMetadataValue value)
    {
        State = members.Count == 0 ? ClassicGroupState.Empty : ClassicGroupState.Stable;
        StateSince = value.CurrentStateTimestamp < 0 ? null : TimeSpan.FromMilliseconds(value.CurrentStateTimestamp);
        Generation = value.Generation;
        ProtocolName = members.Count == 0 ? null : value.Protocol ?? "";
        HasRecord = true;
    }

    /// <summary>
    /// Takes up a generation that a consumer group had, whose members do not have its whole assignment, and begins the
    /// next.
    /// </summary>
    public void TakeOver(int generation, TimeSpan now)
    {
        State = ClassicGroupState.Stable;
        StateSince = services.Utc(now);
        Generation = generation;
        ProtocolName = members.SelectProtocol();
        HasRecord = true;
        decision.Append(ClassicGroupRecords.Interrupted(groupId, this));
        Prepare(now);
    }

    /// <summary>The group ends while its members go on in another: whoever waits here joins there.</summary>
    public void GiveUp(TimeSpan now)
    {
        foreach (ClassicMember member in members.All)
            Dismiss(member, ErrorCode.RebalanceInProgress, member.Id);
        Die(now);
    }

    /// <summary>Writes the generation and its assignment, unless they are more than the log takes.</summary>
    public bool TryWriteRecord()
    {
        CoordinatorRecord record = ClassicGroupRecords.Of(groupId, this);
        if (!services.Fits(record)) return false;
        HasRecord = true;
        decision.Append(record);
        return true;
    }

    /// <summary>Takes a member out; a client that still waits for it is to join as a new one.</summary>
    public void Remove(ClassicMember member)
    {
        Dismiss(member, ErrorCode.UnknownMemberId, "");
        members.Remove(member);
        SyncReceived(member.Id);
    }

    /// <summary>A static member goes on under another id; whoever waits under the former is fenced.</summary>
    public void Replace(ClassicMember former, ClassicMember member)
    {
        Dismiss(former, ErrorCode.FencedInstanceId, former.Id);
        members.Replace(former, member);
        if (_owingSync.Remove(former.Id)) _owingSync.Add(member.Id);
    }

    public void Die(TimeSpan now)
    {
        TransitionTo(ClassicGroupState.Dead, now);
        _joinDeadline = _syncDeadline = null;
    }

    private void AwaitFirstMembers(TimeSpan now)
    {
        TimeSpan delay = services.Settings.InitialRebalanceDelay;
        _initialEnd = now + (members.RebalanceTimeout > delay ? members.RebalanceTimeout : delay);
        _joinDeadline = now + delay;
        if (delay == TimeSpan.Zero) CompleteJoin(now);
    }

    private void AwaitMembers(TimeSpan now)
    {
        _joinDeadline = now + members.RebalanceTimeout;
        CompleteJoinIfAllJoined(now);
    }

    private void JoinTimedOut(TimeSpan now)
    {
        if (_isInitial && _hasGrown && now < _initialEnd)
        {
            _hasGrown = false;
            TimeSpan next = now + services.Settings.InitialRebalanceDelay;
            _joinDeadline = next < _initialEnd ? next : _initialEnd;
            return;
        }

        CompleteJoin(now);
    }

    /// <summary>
    /// Opens the join barrier. Dynamic members that have not joined are out; static ones stay as long as their session
    /// lasts. When none has joined at all, it waits once more.
    /// </summary>
    private void CompleteJoin(TimeSpan now)
    {
        _joinDeadline = null;
        List<ClassicMember> absentees = [.. members.All.Where(member => member.IsAbsent)];
        foreach (ClassicMember absent in absentees) Remove(absent);
        if (members.Count > 0 && !members.ElectJoinedLeader())
        {
            _joinDeadline = now + members.RebalanceTimeout;
            return;
        }

        Generation++;
        decision.Because(Cause.Of(
            CauseKind.GroupRebalanced, $"group {groupId}",
            ("generation", Generation), ("members", members.Count), ("absent", absentees.Count)));
        if (members.Count == 0) BecomeEmpty(now);
        else AwaitSyncs(now);
    }

    private void BecomeEmpty(TimeSpan now)
    {
        ProtocolName = null;
        TransitionTo(ClassicGroupState.Empty, now);
        HasRecord = true;
        decision.Append(ClassicGroupRecords.Of(groupId, this));
    }

    private void AwaitSyncs(TimeSpan now)
    {
        ProtocolName = members.SelectProtocol();
        TransitionTo(ClassicGroupState.CompletingRebalance, now);
        foreach (ClassicMember member in members.All)
        {
            if (members.EndJoin(member) is { } ticket)
                decision.Answer(ticket, ClassicResponses.Joined(this, member));
            member.IsNew = false;
            sessions.Renew(member.Session, now + member.SessionTimeout);
            _owingSync.Add(member.Id);
        }

        _syncDeadline = now + members.RebalanceTimeout;
    }

    private void SyncTimedOut(TimeSpan now)
    {
        foreach (string memberId in _owingSync.ToList())
            Remove(members.Find(memberId)!);
        Prepare(now);
    }

    /// <summary>There is no assignment for those that wait at the sync barrier: they join again.</summary>
    private void FailSyncs(ErrorCode error, TimeSpan now)
    {
        foreach (ClassicMember member in members.All)
        {
            member.Assignment = default;
            AnswerSync(member, ClassicResponses.Sync(error), now);
        }
    }

    /// <summary>Its session may have ended unnoticed while it waited, so it begins anew.</summary>
    private void AnswerSync(ClassicMember member, SyncGroupResponse response, TimeSpan now)
    {
        if (member.SyncTicket is not { } ticket) return;
        member.SyncTicket = null;
        decision.Answer(ticket, response);
        sessions.Renew(member.Session, now + member.SessionTimeout);
    }

    /// <summary>The member is about to go: nothing waits under its id, and its session does not end any more.</summary>
    private void Dismiss(ClassicMember member, ErrorCode error, string memberId)
    {
        if (members.EndJoin(member) is { } join) decision.Answer(join, ClassicResponses.JoinRefused(error, memberId));
        if (member.SyncTicket is { } sync) decision.Answer(sync, ClassicResponses.Sync(error));
        member.SyncTicket = null;
        SessionDeadlines.End(member.Session);
    }

    private void TransitionTo(ClassicGroupState state, TimeSpan now)
    {
        if (!StateTransitions[State].Contains(state))
            throw new InvalidOperationException($"Group {groupId} cannot go from {State} to {state}.");
        State = state;
        StateSince = services.Utc(now);
    }
}
