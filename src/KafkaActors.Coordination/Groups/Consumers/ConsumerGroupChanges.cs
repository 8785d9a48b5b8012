using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups.Consumers.Assignors;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// What may happen to a consumer group, whichever protocol asked for it: members come, subscribe, move towards their
/// target, and go. Every change is a record that is applied as it is written. <see cref="ConsumerGroup"/> owns it and
/// takes the records at the end of each input.
/// </summary>
internal sealed class ConsumerGroupChanges(string groupId, GroupServices services, ConsumerGroupRules rules)
{
    /// <summary>What a record of an assignment holds besides partitions: ids of group and member, epochs.</summary>
    private const int MaxBytesOfOther = (2 * short.MaxValue) + 256;

    private readonly ConsumerGroupRecords _log = new(groupId);
    private readonly TopicSubscriptions _subscriptions = new();
    private readonly AssignmentPace _pace = new();
    private List<CoordinatorRecord> _records = [];
    private ImmutableArray<Cause> _causes = [];
    private object? _resolved;
    private long _resolvedVersion = -1;

    public RecordedConsumerGroup Recorded { get; } = new();

    public MemberTimers Timers { get; } = new();

    public GroupSettings Settings => services.Settings;

    /// <summary>What most members wish for; of equals, and without a wish, the first one configured.</summary>
    public string Assignor => Settings.ConsumerAssignors
        .MaxBy(Recorded.Subscriptions.WishesFor)!;

    /// <summary>When the target assignment is to be computed for changes that were gathered; null for none.</summary>
    public TimeSpan? AssignmentDue => Recorded.Epoch > Recorded.TargetEpoch ? _pace.PutOffUntil : null;

    public ConsumerGroupMember? Member(string memberId) => Recorded.Members.GetValueOrDefault(memberId);

    /// <summary>Of a member that left it to the coordinator; in the form Kafka gives it.</summary>
    public string NewMemberId() => new TopicId(services.NewId()).ToString();

    /// <summary>The records since this was last called.</summary>
    public IReadOnlyList<CoordinatorRecord> Take()
    {
        if (_records.Count == 0) return [];
        List<CoordinatorRecord> records = _records;
        _records = [];
        return records;
    }

    /// <summary>An answer, with the records and the causes since the last were taken.</summary>
    public CoordinatorResult Reply(long ticket, IResponseMessage response) => Take(
        CoordinatorResult.Reply(ticket, response, Take()));

    /// <summary>The result with the causes since the last were taken.</summary>
    public CoordinatorResult Take(CoordinatorResult result)
    {
        ImmutableArray<Cause> causes = _causes;
        _causes = [];
        return causes.IsEmpty ? result : result with { Causes = causes };
    }

    /// <summary>The sessions of these members are over.</summary>
    public void Expire(IReadOnlyList<string> memberIds, MetadataImage image)
    {
        Note(CauseKind.GroupMemberExpired, ("expired", memberIds.Count));
        Remove(memberIds, image);
    }

    /// <summary>Another member takes the place of a static one, with what it has.</summary>
    public ConsumerGroupMember Replace(ConsumerGroupMember former, string memberId)
    {
        PartitionSet? target = Recorded.Target(former.MemberId);
        Timers.Remove(former.MemberId);
        Write(_log.Tombstones(former.MemberId));
        Write(_log.Member(memberId, former.Metadata));
        if (target is not null) Write(_log.Target(memberId, target));
        Write(_log.Current(memberId, former.Current.Returned()));
        return Member(memberId)!;
    }

    /// <summary>
    /// Why a member cannot be what it says: the records of it, or of the group with it, would not fit into the log.
    /// To be asked before anything of it counts; null when it can.
    /// </summary>
    /// <param name="before">As it is known; null for a new one.</param>
    public string? Fault(string memberId, MemberMetadata? before, MemberMetadata metadata, MetadataImage image)
    {
        if (before is not null && metadata == before) return null;
        if (!services.Fits(_log.Member(memberId, metadata)))
            return $"What the member says of itself takes more than the {services.MaxBatchBytes()} bytes that "
                + "max.message.bytes of __consumer_offsets allows.";
        if (Recorded.Subscriptions.Covers(metadata)) return null;
        return Fits(_subscriptions.Resolve(Recorded.Subscriptions, image, metadata))
            ? null
            : "The topics that the group would be subscribed to have more partitions than fit into the "
                + $"{services.MaxBatchBytes()} bytes that max.message.bytes of __consumer_offsets allows.";
    }

    public void Subscribe(ConsumerGroupMember before, MemberMetadata metadata, MetadataImage image)
    {
        bool isNew = Member(before.MemberId) is null;
        bool isOther = isNew || !metadata.SubscribesAs(before.Metadata);
        if (isNew || metadata != before.Metadata) Write(_log.Member(before.MemberId, metadata));
        bool areTopicsOther = !IsResolved(image) && ResolveTopics(image);
        if (isOther || areTopicsOther) Write(_log.Epoch(Recorded.Epoch + 1));
    }

    /// <summary>
    /// Computes another target assignment if the group's epoch was raised since the last, but not more often than the
    /// size of the group allows.
    /// </summary>
    public void AssignTarget(TimeSpan now)
    {
        if (Recorded.Epoch <= Recorded.TargetEpoch || !_pace.IsDue(now, Recorded.Members.Count)) return;
        IReadOnlyDictionary<string, PartitionSet> target =
            PartitionAssignors.Named(Assignor).Assign(_subscriptions.ToAssign(Recorded));
        foreach (string memberId in Recorded.Members.Keys)
            if (!target[memberId].Equals(Recorded.Target(memberId))) Write(_log.Target(memberId, target[memberId]));
        Write(_log.TargetEpoch(Recorded.Epoch));
        Note(CauseKind.GroupRebalanced, ("topics", Recorded.Subscriptions.Names.Count));
        _pace.Computed(now, Recorded.Members.Count);
    }

    /// <param name="owned">What the member says it owns; null when it does not say.</param>
    /// <returns>Whether the member has come a step further.</returns>
    public bool Reconcile(ConsumerGroupMember member, PartitionSet? owned)
    {
        var reconciliation = new Reconciliation(
            Recorded.TargetEpoch,
            Recorded.Target(member.MemberId) ?? PartitionSet.Empty,
            partition => IsFree(partition, member),
            rules.TrustsSilence ? owned ?? PartitionSet.Empty : owned);
        CurrentAssignment next = reconciliation.Next(member.Current);
        if (next == member.Current) return false;
        Write(_log.Current(member.MemberId, next));
        return true;
    }

    /// <summary>Whether the member waits for partitions of its target, and all of them are free by now.</summary>
    public bool CanComplete(ConsumerGroupMember member) => member.Current.State == MemberState.UnreleasedPartitions
        && (Recorded.Target(member.MemberId) ?? PartitionSet.Empty).Except(member.Current.Assigned)
            .All(partition => IsFree(partition, member));

    /// <summary>It keeps its assignment, and its session runs on: it is back before that ends, or is fenced.</summary>
    public void Depart(string memberId)
    {
        Write(_log.Current(memberId, Member(memberId)!.Current.Departed()));
        Timers.AwaitStep(memberId, null);
    }

    public void Remove(IReadOnlyList<string> memberIds, MetadataImage image)
    {
        RemoveAll(memberIds);
        if (!IsResolved(image)) ResolveTopics(image);
        Write(_log.Epoch(Recorded.Epoch + 1));
    }

    /// <summary>Ends the group, and the memberships in it.</summary>
    public void End()
    {
        RemoveAll([.. Recorded.Members.Keys]);
        Write(_log.Tombstones());
    }

    private void RemoveAll(IReadOnlyList<string> memberIds)
    {
        foreach (string memberId in memberIds)
        {
            Timers.Remove(memberId);
            Write(_log.Tombstones(memberId));
        }
    }

    private bool IsFree(TopicIdPartition partition, ConsumerGroupMember member) =>
        Recorded.Holder(partition) is not { } holder || holder == member.MemberId || rules.IgnoresHolders;

    private bool IsResolved(MetadataImage image) =>
        ReferenceEquals(_resolved, image.Topics) && _resolvedVersion == Recorded.Subscriptions.Version;

    /// <returns>Whether the group's topics are others than its epoch knows.</returns>
    private bool ResolveTopics(MetadataImage image)
    {
        var topics = _subscriptions.Resolve(Recorded.Subscriptions, image);
        _resolved = image.Topics;
        _resolvedVersion = Recorded.Subscriptions.Version;
        // Topics that were made since would not fit: the group goes on with those it has.
        if (topics.SequenceEqual(Recorded.Topics) || !Fits(topics)) return false;
        Write(_log.Topics(topics));
        return true;
    }

    /// <summary>Whether the log takes the group's topics, and all of their partitions in one member's hands.</summary>
    private bool Fits(ImmutableSortedDictionary<string, SubscribedTopic> topics) => services.Fits(_log.Topics(topics))
        && topics.Values.Sum(topic => ConsumerGroupRecords.SizeOfAssigned(topic.PartitionCount))
            <= services.MaxBatchBytes() - MaxBytesOfOther;

    private void Write(IEnumerable<CoordinatorRecord> records)
    {
        foreach (CoordinatorRecord record in records) Write(record);
    }

    private void Note(CauseKind kind, params ReadOnlySpan<(string Name, long Value)> numbers) =>
        _causes = _causes.Add(Cause.Of(
            kind,
            $"group {groupId}",
            [("group epoch", Recorded.Epoch), ("members", Recorded.Members.Count), .. numbers]));

    private void Write(CoordinatorRecord record)
    {
        _records.Add(record);
        Recorded.Apply(record);
    }
}
