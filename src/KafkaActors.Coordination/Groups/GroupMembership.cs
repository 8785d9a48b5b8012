using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups.Classic;
using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups;

/// <summary>
/// The members of a group, which are those of a classic or of a consumer group. Without members it becomes the other
/// kind when one of that comes. With members it does so where
/// <see cref="GroupSettings.MigrationPolicy"/> allows: a classic group when a member of the consumer protocol joins, a
/// consumer group when none but members of the classic protocol are left. <see cref="GroupCore"/> owns it.
/// </summary>
internal sealed class GroupMembership(string groupId, GroupServices services)
{
    /// <summary>The classic group; an unused one while there is a consumer group.</summary>
    public ClassicGroup Classic { get; private set; } = new(groupId, services);

    public ConsumerGroup? Consumer { get; private set; }

    public bool Exists => Consumer is not null || Classic.Exists;

    /// <summary>When to call <see cref="Tick"/>; may be early, never late.</summary>
    public TimeSpan? NextDeadline => Consumer is null ? Classic.NextDeadline : Consumer.NextDeadline;

    /// <summary>What is told of <see cref="Classic"/> to who asks for <see cref="Consumer"/>.</summary>
    public string NoConsumerGroup => $"Group {groupId} is not a consumer group.";

    private GroupSettings Settings => services.Settings;

    public CoordinatorResult Join(in JoinAttempt join, MetadataImage image, TimeSpan now)
    {
        if (Consumer is { IsEmpty: false } group)
            return IsOpenToClassicMembers(group)
                ? ThenDowngrade(group.Classic.Join(join, image, now), image, now)
                : CoordinatorResult.Reply(
                    join.Ticket, ClassicResponses.JoinRefused(ErrorCode.InconsistentGroupProtocol, join.MemberId));
        CoordinatorResult end = Consumer is null ? CoordinatorResult.None : End(now);
        return end.Then(Classic.Join(join.Ticket, join.Version, join.Request, join.Client, now));
    }

    public CoordinatorResult Sync(
        long ticket, short version, SyncGroupRequest request, MetadataImage image, TimeSpan now) => Consumer is null
        ? Classic.Sync(ticket, version, request, now)
        : CoordinatorResult.Reply(ticket, Consumer.Classic.Sync(version, request, image, now));

    public HeartbeatResponse Heartbeat(HeartbeatRequest request, TimeSpan now) =>
        Consumer is null ? Classic.Heartbeat(request, now) : Consumer.Classic.Heartbeat(request, now);

    public CoordinatorResult Leave(
        long ticket, short version, LeaveGroupRequest request, MetadataImage image, TimeSpan now) => Consumer is null
        ? Classic.Leave(ticket, version, request, now)
        : ThenDowngrade(Consumer.Classic.Leave(ticket, version, request, image), image, now);

    public CoordinatorResult ConsumerHeartbeat(
        long ticket, short version, ConsumerGroupHeartbeatRequest request, GroupClient client, MetadataImage image,
        TimeSpan now)
    {
        if (Consumer is not null)
            return ThenDowngrade(Consumer.Heartbeat(ticket, request, version, client, image, now), image, now);
        if (request.MemberEpoch != Consumers.ConsumerHeartbeat.Join || Begun(image, now) is not { } begun)
            return CoordinatorResult.Reply(ticket, Refusal(request, version));
        CoordinatorResult decision = begun.Group.Heartbeat(ticket, request, version, client, image, now);
        if (decision.Records.Count == 0) return decision;
        CoordinatorResult end = Classic.GiveUp(now);
        Classic = new ClassicGroup(groupId, services);
        Consumer = begun.Group;
        return end.Then(new CoordinatorResult(begun.Records, [])).Then(decision);
    }

    public CoordinatorResult Tick(MetadataImage image, TimeSpan now) =>
        Consumer is null ? Classic.Tick(now) : ThenDowngrade(Consumer.Tick(image, now), image, now);

    /// <summary>Nobody is a member: what the log holds of either protocol is erased.</summary>
    public CoordinatorResult End(TimeSpan now)
    {
        IReadOnlyList<CoordinatorRecord> tombstones = Classic.Die(now);
        Classic = new ClassicGroup(groupId, services);
        if (Consumer is not null) Consumer.Delete(out tombstones);
        Consumer = null;
        return new CoordinatorResult(tombstones, []);
    }

    /// <summary>Takes in a record of the log that is not of an offset.</summary>
    public void Replay(CoordinatorRecord record)
    {
        if (record.Key is GroupMetadataKey)
        {
            Classic = new ClassicGroup(groupId, services);
            if (record.Value is GroupMetadataValue value) Classic.Load(value);
            return;
        }

        // A tombstone of what is not there says nothing: compaction has left it over.
        if (record.Value is null && Consumer is null) return;
        Consumer ??= new ConsumerGroup(groupId, services);
        Consumer.Replay(record);
        if (record is { Key: ConsumerGroupMetadataKey, Value: null }) Consumer = null;
    }

    public CoordinatorResult Loaded(MetadataImage image, TimeSpan now)
    {
        Consumer?.Loaded(image, now);
        return Classic.Loaded(now);
    }

    /// <summary>With migration disabled, a consumer group keeps classic members but takes no first one.</summary>
    private bool IsOpenToClassicMembers(ConsumerGroup group) =>
        Settings.MigrationPolicy != ConsumerGroupMigrationPolicy.Disabled || group.ClassicCount > 0;

    /// <summary>
    /// The consumer group that this could become, with the members there are, and the records that it is made of; null
    /// when it could not.
    /// </summary>
    private (ConsumerGroup Group, IReadOnlyList<CoordinatorRecord> Records)? Begun(MetadataImage image, TimeSpan now)
    {
        var group = new ConsumerGroup(groupId, services);
        if (Classic.State == ClassicGroupState.Empty) return (group, []);
        if (!OnlineUpgrade.IsAllowed(Classic, Settings)) return null;
        if (OnlineUpgrade.Records(groupId, Classic, image) is not { } records) return null;
        foreach (CoordinatorRecord record in records) group.Replay(record);
        group.Loaded(image, now);
        return (group, records);
    }

    /// <summary>After something that may have left nobody but members of the classic protocol.</summary>
    private CoordinatorResult ThenDowngrade(CoordinatorResult decision, MetadataImage image, TimeSpan now)
    {
        if (Consumer is not { } group || !OnlineDowngrade.IsDue(group, Settings)) return decision;
        var classic = new ClassicGroup(groupId, services);
        CoordinatorResult taken = classic.TakeOver(
            OnlineDowngrade.Members(group, image), OnlineDowngrade.Generation(group), now);
        // All of them in one record may be more than the log takes, where each in its own is not.
        if (!taken.Records.All(services.Fits)) return decision;
        Consumer = null;
        Classic = classic;
        return decision.Then(new CoordinatorResult(group.End(), [])).Then(taken);
    }

    private ConsumerGroupHeartbeatResponse Refusal(ConsumerGroupHeartbeatRequest request, short version) =>
        Consumers.ConsumerHeartbeat.Refusal(request, version, Settings)
        ?? Consumers.ConsumerHeartbeat.Refused(ErrorCode.GroupIdNotFound, NoConsumerGroup);
}
