using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups.Offsets;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>
/// A group whose members share the work out themselves: one of them, the leader, assigns, and the coordinator only
/// gathers them, numbers the generations and hands the assignment round (JoinGroup, SyncGroup, Heartbeat, LeaveGroup;
/// KIP-62, KIP-345, KIP-394). The states and their transitions stand above <see cref="ClassicRebalance"/>.
/// <see cref="GroupCore"/> owns it. A group that never had a member is an empty one without a record.
/// </summary>
internal sealed class ClassicGroup
{
    private readonly string _groupId;
    private readonly ClassicMembers _members = new();
    private readonly SessionDeadlines _sessions = new();
    private readonly DecisionBuilder _decision = new();
    private readonly GroupSettings _settings;
    private readonly ClassicRebalance _rebalance;
    private readonly ClassicJoin _join;
    private readonly ClassicLeave _leave;
    private bool _wasInterrupted;

    public ClassicGroup(string groupId, GroupServices services)
    {
        _groupId = groupId;
        _settings = services.Settings;
        _rebalance = new ClassicRebalance(groupId, _members, _sessions, services, _decision);
        _join = new ClassicJoin(_members, _rebalance, _sessions, services, _decision);
        _leave = new ClassicLeave(_members, _rebalance);
    }

    public ClassicGroupState State => _rebalance.State;

    public int Generation => _rebalance.Generation;

    public string ProtocolType => _members.ProtocolType ?? "";

    public IReadOnlyList<ClassicMember> Members => _members.All;

    private bool IsConsumer => _members.ProtocolType == ClassicConsumerProtocol.Type;

    /// <summary>Whether there is anything of it: members, ids given to those to come, or a record in the log.</summary>
    public bool Exists => State != ClassicGroupState.Empty || _members.PendingCount > 0 || _rebalance.HasRecord;

    /// <summary>It has no members and none is expected.</summary>
    public bool IsDeserted => State == ClassicGroupState.Empty && _members.PendingCount == 0;

    /// <summary>When to call <see cref="Tick"/>; may be early, never late.</summary>
    public TimeSpan? NextDeadline =>
        (_rebalance.NextDeadline, _sessions.Peek()) switch
        {
            ({ } barrier, { } session) => barrier < session ? barrier : session,
            var (barrier, session) => barrier ?? session,
        };

    public CoordinatorResult Join(
        long ticket, short version, JoinGroupRequest request, GroupClient client, TimeSpan now)
    {
        _join.Join(new JoinAttempt(ticket, version, request, client), now);
        return _decision.Take();
    }

    public CoordinatorResult Sync(long ticket, short version, SyncGroupRequest request, TimeSpan now)
    {
        ErrorCode error = CheckSync(version, request);
        if (error != ErrorCode.None) return CoordinatorResult.Reply(ticket, ClassicResponses.Sync(error));
        ClassicMember member = _members.Find(request.MemberId)!;
        _rebalance.SyncReceived(member.Id);
        if (State == ClassicGroupState.Stable)
            return CoordinatorResult.Reply(ticket, ClassicResponses.Synced(_rebalance, member));
        if (member.SyncTicket is { } superseded)
            _decision.Answer(superseded, ClassicResponses.Sync(ErrorCode.RebalanceInProgress));
        member.SyncTicket = ticket;
        if (member.Id == _members.Leader) _rebalance.Assign(request.Assignments, now);
        return _decision.Take();
    }

    public HeartbeatResponse Heartbeat(HeartbeatRequest request, TimeSpan now)
    {
        ErrorCode error = Check(request.MemberId, request.GroupInstanceId, request.GenerationId);
        if (error != ErrorCode.None) return new HeartbeatResponse { ErrorCode = error };
        Renew(request.MemberId, now);
        return State == ClassicGroupState.PreparingRebalance
            ? new HeartbeatResponse { ErrorCode = ErrorCode.RebalanceInProgress }
            : new HeartbeatResponse();
    }

    public CoordinatorResult Leave(long ticket, short version, LeaveGroupRequest request, TimeSpan now)
    {
        _decision.Answer(ticket, _leave.Leave(version, request, now));
        return _decision.Take();
    }

    /// <summary>
    /// Whether offsets may be committed. From outside the group only while it is empty; from a member in its
    /// generation, but not at the sync barrier, where the partitions may be another's already. It renews the session.
    /// </summary>
    public ErrorCode CheckCommit(OffsetCommitRequest request, TimeSpan now)
    {
        int generation = request.GenerationIdOrMemberEpoch;
        if (State == ClassicGroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
        if (State == ClassicGroupState.Empty && generation < 0) return ErrorCode.None;
        ErrorCode error = Check(request.MemberId, request.GroupInstanceId, generation);
        if (error != ErrorCode.None) return error;
        if (State == ClassicGroupState.CompletingRebalance) return ErrorCode.RebalanceInProgress;
        Renew(request.MemberId, now);
        return ErrorCode.None;
    }

    /// <summary>How long offsets are kept, as the group is now.</summary>
    public OffsetExpiry Expiry() => State switch
    {
        _ when _members.ProtocolType is null => OffsetExpiry.SinceCommit,
        ClassicGroupState.Empty => OffsetExpiry.Since(_rebalance.StateSince),
        ClassicGroupState.Stable when IsConsumer && SubscribedTopics() is not null => OffsetExpiry.SinceCommit,
        _ => OffsetExpiry.Never,
    };

    /// <summary>The topics its consumers subscribe to; null when that cannot be told.</summary>
    public IReadOnlySet<string>? SubscribedTopics()
    {
        var topics = new HashSet<string>();
        if (!IsConsumer) return topics;
        foreach (ClassicMember member in _members.All)
        {
            if (_rebalance.ProtocolName is not { } protocol || !member.Supports(protocol)) return null;
            if (ClassicConsumerProtocol.TopicsOf(member.MetadataFor(protocol)) is not { } subscribed) return null;
            topics.UnionWith(subscribed);
        }

        return topics;
    }

    /// <summary>Whether offsets may be deleted; consumers only forbid it for the topics they subscribe to.</summary>
    public ErrorCode CheckOffsetDelete() => State switch
    {
        ClassicGroupState.Dead => ErrorCode.GroupIdNotFound,
        ClassicGroupState.Empty => ErrorCode.None,
        _ => IsConsumer ? ErrorCode.None : ErrorCode.NonEmptyGroup,
    };

    /// <summary>Whether the group may be deleted.</summary>
    public ErrorCode CheckDelete() => State switch
    {
        ClassicGroupState.Dead => ErrorCode.GroupIdNotFound,
        ClassicGroupState.Empty => ErrorCode.None,
        _ => ErrorCode.NonEmptyGroup,
    };

    public DescribeGroupsResponse.DescribedGroup Describe() => ClassicResponses.Described(_groupId, _rebalance);

    /// <summary>Looks at deadlines: barriers that waited long enough, sessions that have ended.</summary>
    public CoordinatorResult Tick(TimeSpan now)
    {
        _rebalance.Tick(now);
        while (_sessions.TryTakeDue(now, out MemberSession session))
            Expire(session.MemberId, now);
        return _decision.Take();
    }

    /// <summary>The group is deleted.</summary>
    /// <returns>What erases it from the log.</returns>
    public IReadOnlyList<CoordinatorRecord> Die(TimeSpan now)
    {
        _rebalance.Die(now);
        return _rebalance.HasRecord ? [ClassicGroupRecords.Tombstone(_groupId)] : [];
    }

    /// <summary>The group ends while its members go on in a consumer group: whoever waits here joins there.</summary>
    public CoordinatorResult GiveUp(TimeSpan now)
    {
        _rebalance.GiveUp(now);
        if (_rebalance.HasRecord) _decision.Append(ClassicGroupRecords.Tombstone(_groupId));
        return _decision.Take();
    }

    /// <summary>Goes on with members of a consumer group, who join anew; this group was never used before.</summary>
    /// <param name="generation">The members that name it are heard, until they have joined.</param>
    public CoordinatorResult TakeOver(IEnumerable<ClassicMember> members, int generation, TimeSpan now)
    {
        foreach (ClassicMember member in members)
        {
            _members.Add(member, ClassicConsumerProtocol.Type);
            _sessions.Renew(member.Session, now + member.SessionTimeout);
        }

        _rebalance.TakeOver(generation, now);
        return _decision.Take();
    }

    /// <summary>Takes up the generation that a record of the log holds; the group was never used before.</summary>
    public void Load(GroupMetadataValue value)
    {
        foreach (GroupMetadataValue.MemberMetadata member in value.Members)
            _members.Add(ClassicGroupRecords.Load(value, member), value.ProtocolType);
        _members.Load(value.ProtocolType, value.Leader);
        _rebalance.Load(value);
        _wasInterrupted = ClassicGroupRecords.IsInterrupted(value);
    }

    /// <summary>The log has been read: every member has a whole session to find its new coordinator.</summary>
    public CoordinatorResult Loaded(TimeSpan now)
    {
        foreach (ClassicMember member in _members.All)
            _sessions.Renew(member.Session, now + member.SessionTimeout);
        if (_wasInterrupted || _members.Count > _settings.MaxSize) _rebalance.Prepare(now);
        return _decision.Take();
    }

    private ErrorCode CheckSync(short version, SyncGroupRequest request)
    {
        ErrorCode error = Check(request.MemberId, request.GroupInstanceId, request.GenerationId);
        if (error != ErrorCode.None) return error;
        if (version >= 5 && (request.ProtocolType is null || request.ProtocolName is null))
            return ErrorCode.InconsistentGroupProtocol;
        if (IsOther(request.ProtocolType, ProtocolType) || IsOther(request.ProtocolName, _rebalance.ProtocolName))
            return ErrorCode.InconsistentGroupProtocol;
        return State == ClassicGroupState.PreparingRebalance ? ErrorCode.RebalanceInProgress : ErrorCode.None;
    }

    private static bool IsOther(string? named, string? own) => named is not null && own is not null && named != own;

    private ErrorCode Check(string memberId, string? instanceId, int generation)
    {
        if (State == ClassicGroupState.Dead) return ErrorCode.CoordinatorNotAvailable;
        ErrorCode error = _members.Check(memberId, instanceId);
        if (error != ErrorCode.None) return error;
        return generation == Generation ? ErrorCode.None : ErrorCode.IllegalGeneration;
    }

    private void Renew(string memberId, TimeSpan now)
    {
        ClassicMember member = _members.Find(memberId)!;
        _sessions.Renew(member.Session, now + member.SessionTimeout);
    }

    private void Expire(string memberId, TimeSpan now)
    {
        if (_members.RemovePending(memberId) is not null)
        {
            _rebalance.CompleteJoinIfAllJoined(now);
        }
        else if (_members.Find(memberId) is { MayExpire: true } member)
        {
            _decision.Because(Cause.Of(
                CauseKind.GroupMemberExpired, $"group {_groupId}",
                ("session ms", (long)member.SessionTimeout.TotalMilliseconds), ("members", _members.Count)));
            _rebalance.Remove(member);
            _rebalance.MembersChanged(now);
        }
    }
}
