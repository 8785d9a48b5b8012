using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups.Classic;
using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Coordination.Groups.Offsets;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups;

/// <summary>
/// One group by its id: its offsets, and its members, of one kind of group at a time. Its owner, an actor, gives it
/// every request for the group and ticks it; it appends the records of each decision to the log and sends answers
/// when the records of their decision and of all decisions before it are committed. That order is what makes answers
/// true: the core itself is ahead of the log, and when an append fails it must be thrown away and loaded again.
/// <para>
/// Time is passed in as time that never goes back and by which sessions are measured; what goes into the log is
/// <see cref="GroupServices.Utc"/>.
/// </para>
/// </summary>
public sealed class GroupCore
{
    private readonly GroupServices _services;
    private readonly GroupOffsetTable _offsets;
    private readonly DecisionBuilder _decision = new();
    private readonly GroupMembership _members;
    private TimeSpan _nextCheck;

    public GroupCore(string groupId, GroupServices services, TimeSpan now)
    {
        GroupId = groupId;
        _services = services;
        _offsets = new GroupOffsetTable(groupId, services);
        _members = new GroupMembership(groupId, services);
        _nextCheck = now + services.Settings.OffsetsRetentionCheckInterval;
    }

    public string GroupId { get; }

    /// <summary>Whether there is anything to keep; a core without it may be dropped.</summary>
    public bool Exists => _members.Exists || !_offsets.IsEmpty;

    /// <summary>When to call <see cref="Tick"/>; may be early, never late. Null: nothing is waited for.</summary>
    public TimeSpan? NextDeadline
    {
        get
        {
            if (!Exists) return null;
            return _members.NextDeadline is { } deadline && deadline < _nextCheck ? deadline : _nextCheck;
        }
    }

    /// <summary>As ListGroups tells it.</summary>
    public ListGroupsResponse.ListedGroup Listed => new()
    {
        GroupId = GroupId,
        ProtocolType = Consumer is null ? Classic.ProtocolType : ClassicConsumerProtocol.Type,
        GroupState = Consumer?.State.ToString() ?? Classic.State.ToString(),
        GroupType = Consumer is null ? "Classic" : "Consumer",
    };

    /// <summary>Joins as a classic member, or lets one join its next generation: JoinGroup v0-9.</summary>
    public CoordinatorResult Join(
        long ticket, short version, JoinGroupRequest request, GroupClient client, MetadataImage image, TimeSpan now)
    {
        ErrorCode error = CheckJoin(request);
        return error == ErrorCode.None
            ? _members.Join(new JoinAttempt(ticket, version, request, client), image, now)
            : CoordinatorResult.Reply(ticket, ClassicResponses.JoinRefused(error, request.MemberId));
    }

    /// <summary>Asks for the assignment of a generation; the leader brings it: SyncGroup v0-5.</summary>
    public CoordinatorResult Sync(
        long ticket, short version, SyncGroupRequest request, MetadataImage image, TimeSpan now) => GroupId.Length == 0
        ? CoordinatorResult.Reply(ticket, ClassicResponses.Sync(ErrorCode.InvalidGroupId))
        : _members.Sync(ticket, version, request, image, now);

    /// <summary>Keeps a member's session: Heartbeat v0-4. It costs the same in a group of any size.</summary>
    public CoordinatorResult Heartbeat(long ticket, HeartbeatRequest request, TimeSpan now) => CoordinatorResult.Reply(
        ticket,
        GroupId.Length == 0
            ? new HeartbeatResponse { ErrorCode = ErrorCode.InvalidGroupId }
            : _members.Heartbeat(request, now));

    /// <summary>Takes members out: LeaveGroup v0-5.</summary>
    public CoordinatorResult Leave(
        long ticket, short version, LeaveGroupRequest request, MetadataImage image, TimeSpan now) => GroupId.Length == 0
        ? CoordinatorResult.Reply(ticket, new LeaveGroupResponse { ErrorCode = ErrorCode.InvalidGroupId })
        : _members.Leave(ticket, version, request, image, now);

    /// <summary>Joins, keeps or ends a membership of a consumer group: ConsumerGroupHeartbeat v0-1.</summary>
    public CoordinatorResult ConsumerHeartbeat(
        long ticket, short version, ConsumerGroupHeartbeatRequest request, GroupClient client, MetadataImage image,
        TimeSpan now) => _members.ConsumerHeartbeat(ticket, version, request, client, image, now);

    /// <summary>Commits offsets, of members or from outside: OffsetCommit v2-9.</summary>
    /// <returns>
    /// Each partition tells <see cref="ErrorCode.UnknownTopicOrPartition"/> when the image does not have it, else why
    /// the sender may not commit, else <see cref="ErrorCode.OffsetMetadataTooLarge"/>, or
    /// <see cref="ErrorCode.InvalidCommitOffsetSize"/> when all of them do not fit into one batch of the log.
    /// </returns>
    public CoordinatorResult CommitOffsets(
        long ticket, short version, OffsetCommitRequest request, MetadataImage image, TimeSpan now)
    {
        ErrorCode error = CheckCommit(version, request, now);
        _decision.Answer(ticket, error == ErrorCode.None
            ? _offsets.Commit(request, image, now, _decision)
            : GroupOffsetTable.Refuse(request, image, error));
        return _decision.Take();
    }

    /// <summary>
    /// Reads offsets: this group's part of OffsetFetch v1-9, see <see cref="OffsetFetchGroups"/>. There are no
    /// transactions, so every offset is stable.
    /// </summary>
    public CoordinatorResult FetchOffsets(long ticket, OffsetFetchRequest.OffsetFetchGroup request, MetadataImage image)
    {
        ErrorCode error = Consumer?.CheckFetch(request.MemberId, request.MemberEpoch) ?? ErrorCode.None;
        var group = error == ErrorCode.None
            ? _offsets.Fetch(request, image)
            : new OffsetFetchResponse.OffsetFetchGroup { GroupId = GroupId, ErrorCode = error };
        return CoordinatorResult.Reply(ticket, new OffsetFetchResponse { Groups = [group] });
    }

    /// <summary>Deletes offsets: OffsetDelete v0.</summary>
    /// <returns>Partitions that the image does not have are told as such.</returns>
    public CoordinatorResult DeleteOffsets(long ticket, OffsetDeleteRequest request, MetadataImage image)
    {
        ErrorCode error = CheckOffsetDelete();
        _decision.Answer(ticket, error == ErrorCode.None
            ? _offsets.Delete(request, image, SubscriptionTest(), _decision)
            : new OffsetDeleteResponse { ErrorCode = error });
        return _decision.Take();
    }

    /// <summary>Topics are gone from the cluster, and the offsets in them with them.</summary>
    /// <param name="image">It may have topics of the same names that were made since.</param>
    public CoordinatorResult TopicsDeleted(IEnumerable<string> topics, MetadataImage image)
    {
        foreach (string topic in topics)
            _offsets.TopicDeleted(topic, image, _decision);
        return _decision.Take();
    }

    /// <summary>Describes a classic group: this group's part of DescribeGroups v0-6.</summary>
    public CoordinatorResult Describe(long ticket, short version)
    {
        var group = Exists && Consumer is null ? Classic.Describe() : ClassicResponses.Unknown(GroupId, version);
        return CoordinatorResult.Reply(ticket, new DescribeGroupsResponse { Groups = [group] });
    }

    /// <summary>Describes a consumer group: this group's part of ConsumerGroupDescribe v0-1.</summary>
    public CoordinatorResult DescribeConsumer(long ticket, MetadataImage image)
    {
        var group = Consumer?.Describe(image) ?? UnknownDescription();
        return CoordinatorResult.Reply(ticket, new ConsumerGroupDescribeResponse { Groups = [group] });
    }

    /// <summary>Deletes the group with its offsets: this group's part of DeleteGroups v0-2.</summary>
    public CoordinatorResult DeleteGroup(long ticket, TimeSpan now)
    {
        ErrorCode error = CheckDelete();
        if (error == ErrorCode.None) Die(now);
        _decision.Answer(
            ticket, new DeleteGroupsResponse { Results = [new() { GroupId = GroupId, ErrorCode = error }] });
        return _decision.Take();
    }

    /// <summary>
    /// Looks at deadlines; every <c>offsets.retention.check.interval.ms</c> at the offsets too. A group that then has
    /// neither members nor offsets is over.
    /// </summary>
    public CoordinatorResult Tick(MetadataImage image, TimeSpan now)
    {
        CoordinatorResult decision = _members.Tick(image, now);
        if (now < _nextCheck) return decision;
        _nextCheck = now + _services.Settings.OffsetsRetentionCheckInterval;
        OffsetExpiry expiry = Consumer is null ? Classic.Expiry() : OffsetExpiry.SinceCommit;
        _offsets.Expire(expiry, SubscriptionTest(), _services.Utc(now), _decision);
        if (_offsets.IsEmpty && (Consumer?.IsEmpty ?? Classic.IsDeserted)) Die(now);
        return decision.Then(_decision.Take());
    }

    /// <summary>Takes in a record of the log: all of the group's in order, before <see cref="Loaded"/>.</summary>
    /// <exception cref="ArgumentException">It is none of a group's.</exception>
    public void Replay(CoordinatorRecord record)
    {
        if (record.Key is OffsetCommitKey key) _offsets.Replay(key, (OffsetCommitValue?)record.Value);
        else _members.Replay(record);
    }

    /// <summary>
    /// The log has been read. What it holds of topics that were deleted since is given up: nobody told this group.
    /// </summary>
    public CoordinatorResult Loaded(MetadataImage image, TimeSpan now)
    {
        _nextCheck = now + _services.Settings.OffsetsRetentionCheckInterval;
        _offsets.DropUnknown(image, _decision);
        CoordinatorResult dropped = _decision.Take();
        return dropped.Then(_members.Loaded(image, now));
    }

    private ClassicGroup Classic => _members.Classic;

    private ConsumerGroup? Consumer => _members.Consumer;

    private ErrorCode CheckJoin(JoinGroupRequest request)
    {
        if (GroupId.Length == 0) return ErrorCode.InvalidGroupId;
        var timeout = TimeSpan.FromMilliseconds(request.SessionTimeoutMs);
        return timeout < _services.Settings.MinSessionTimeout || timeout > _services.Settings.MaxSessionTimeout
            ? ErrorCode.InvalidSessionTimeout
            : ErrorCode.None;
    }

    /// <summary>From outside any group one may commit, and so make a simple group.</summary>
    private ErrorCode CheckCommit(short version, OffsetCommitRequest request, TimeSpan now)
    {
        int epoch = request.GenerationIdOrMemberEpoch;
        if (Consumer is not null)
            return Consumer.CheckCommit(request.MemberId, epoch, version, isTransactional: false);
        if (Exists || epoch < 0) return Classic.CheckCommit(request, now);
        return version >= 9 ? ErrorCode.GroupIdNotFound : ErrorCode.IllegalGeneration;
    }

    private ErrorCode CheckOffsetDelete()
    {
        if (!Exists) return ErrorCode.GroupIdNotFound;
        return Consumer is null ? Classic.CheckOffsetDelete() : ErrorCode.None;
    }

    private ErrorCode CheckDelete()
    {
        if (!Exists) return ErrorCode.GroupIdNotFound;
        if (Consumer is null) return Classic.CheckDelete();
        return Consumer.IsEmpty ? ErrorCode.None : ErrorCode.NonEmptyGroup;
    }

    /// <summary>Whether members subscribe to a topic; they are taken to when it cannot be told.</summary>
    private Func<string, bool> SubscriptionTest()
    {
        if (Consumer is not null) return Consumer.IsSubscribedTo;
        IReadOnlySet<string>? topics = Classic.SubscribedTopics();
        return topic => topics?.Contains(topic) ?? true;
    }

    private void Die(TimeSpan now)
    {
        _offsets.DeleteAll(_decision);
        foreach (CoordinatorRecord tombstone in _members.End(now).Records) _decision.Append(tombstone);
    }

    private ConsumerGroupDescribeResponse.DescribedGroup UnknownDescription() => new()
    {
        GroupId = GroupId,
        ErrorCode = ErrorCode.GroupIdNotFound,
        ErrorMessage = _members.NoConsumerGroup,
    };
}
