using KafkaActors.Coordination.Groups.Consumers.Assignors;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// What may happen to a consumer group, whichever protocol asked for it: members come, subscribe, move towards their
/// target, and go. Every change is a record that is applied as it is written. <see cref="ConsumerGroup"/> owns it and
/// takes the records at the end of each input.
/// </summary>
internal sealed class ConsumerGroupChanges(string groupId, GroupServices services, ConsumerGroupRules rules)
{
    private readonly ConsumerGroupRecords _log = new(groupId);
    private readonly TopicSubscriptions _subscriptions = new();
    private List<GroupRecord> _records = [];
    private object? _resolved;

    public RecordedConsumerGroup Recorded { get; } = new();

    public MemberTimers Timers { get; } = new();

    public GroupSettings Settings => services.Settings;

    /// <summary>What most members wish for; of equals, and without a wish, the first one configured.</summary>
    public string Assignor => Settings.ConsumerAssignors
        .MaxBy(name => Recorded.Members.Values.Count(member => member.Metadata.Assignor == name))!;

    public ConsumerGroupMember? Member(string memberId) => Recorded.Members.GetValueOrDefault(memberId);

    /// <summary>Of a member that left it to the coordinator; in the form Kafka gives it.</summary>
    public string NewMemberId() => new TopicId(services.NewId()).ToString();

    /// <summary>The records since this was last called.</summary>
    public IReadOnlyList<GroupRecord> Take()
    {
        if (_records.Count == 0) return [];
        List<GroupRecord> records = _records;
        _records = [];
        return records;
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

    public void Subscribe(ConsumerGroupMember before, MemberMetadata metadata, MetadataImage image)
    {
        bool isNew = Member(before.MemberId) is null;
        bool isOther = isNew || !metadata.SubscribesAs(before.Metadata);
        if (isNew || metadata != before.Metadata) Write(_log.Member(before.MemberId, metadata));
        bool areTopicsOther = (isOther || !ReferenceEquals(_resolved, image.Topics)) && ResolveTopics(image);
        if (isOther || areTopicsOther) Write(_log.Epoch(Recorded.Epoch + 1));
    }

    /// <summary>Computes another target assignment if the group's epoch was raised since the last.</summary>
    public void AssignTarget()
    {
        if (Recorded.Epoch <= Recorded.TargetEpoch) return;
        IReadOnlyDictionary<string, PartitionSet> target =
            PartitionAssignors.Named(Assignor).Assign(_subscriptions.ToAssign(Recorded));
        foreach (string memberId in Recorded.Members.Keys)
            if (!target[memberId].Equals(Recorded.Target(memberId))) Write(_log.Target(memberId, target[memberId]));
        Write(_log.TargetEpoch(Recorded.Epoch));
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
        ResolveTopics(image);
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

    /// <returns>Whether the group's topics are others than its epoch knows.</returns>
    private bool ResolveTopics(MetadataImage image)
    {
        var topics = _subscriptions.Resolve(Recorded.Members.Values, image);
        _resolved = image.Topics;
        if (topics.SequenceEqual(Recorded.Topics)) return false;
        Write(_log.Topics(topics));
        return true;
    }

    private void Write(IEnumerable<GroupRecord> records)
    {
        foreach (GroupRecord record in records) Write(record);
    }

    private void Write(GroupRecord record)
    {
        _records.Add(record);
        Recorded.Apply(record);
    }
}
