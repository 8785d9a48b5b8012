using System.Collections.Immutable;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// The durable half of a consumer group: exactly what its records say, and nothing else. A decision changes it by the
/// same method that loading does, so a group loaded from its records equals the one that wrote them.
/// <see cref="ConsumerGroup"/> owns it. Compaction may have left any record without those before it, so a record never
/// contradicts what is here: the later one holds.
/// </summary>
internal sealed class RecordedConsumerGroup
{
    private readonly SortedDictionary<string, ConsumerGroupMember> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _instances = [];
    private readonly Dictionary<string, PartitionSet> _targets = [];
    private readonly Dictionary<TopicIdPartition, string> _holders = [];

    /// <summary>In order of member id.</summary>
    public IReadOnlyDictionary<string, ConsumerGroupMember> Members => _members;

    /// <summary>Raised whenever members, subscriptions or topics change.</summary>
    public int Epoch { get; private set; }

    /// <summary>The group epoch for which the target assignment was computed.</summary>
    public int TargetEpoch { get; private set; }

    /// <summary>The topics of the members' subscriptions that existed when the epoch was last raised.</summary>
    public ImmutableSortedDictionary<string, SubscribedTopic> Topics { get; private set; } =
        ImmutableSortedDictionary.Create<string, SubscribedTopic>(StringComparer.Ordinal);

    public bool IsDeleted { get; private set; }

    /// <summary>What the members say, counted.</summary>
    public SubscriptionCounts Subscriptions { get; } = new();

    /// <summary>How many members speak the classic protocol.</summary>
    public int ClassicCount => Subscriptions.ClassicCount;

    /// <summary>The static member of the instance id, departed or not.</summary>
    public ConsumerGroupMember? StaticMember(string instanceId) =>
        _instances.TryGetValue(instanceId, out string? memberId) ? _members.GetValueOrDefault(memberId) : null;

    public PartitionSet? Target(string memberId) => _targets.GetValueOrDefault(memberId);

    /// <summary>Who has the partition assigned, or has not yet given it up.</summary>
    public string? Holder(TopicIdPartition partition) => _holders.GetValueOrDefault(partition);

    /// <exception cref="ArgumentException">The record is not of a consumer group.</exception>
    public void Apply(CoordinatorRecord record)
    {
        switch (record.Key)
        {
            case ConsumerGroupMetadataKey:
                ApplyEpoch((ConsumerGroupMetadataValue?)record.Value);
                break;
            case ConsumerGroupPartitionMetadataKey:
                ApplyTopics((ConsumerGroupPartitionMetadataValue?)record.Value);
                break;
            case ConsumerGroupMemberMetadataKey key:
                ApplyMember(key.MemberId, (ConsumerGroupMemberMetadataValue?)record.Value);
                break;
            case ConsumerGroupTargetAssignmentMetadataKey:
                TargetEpoch = ((ConsumerGroupTargetAssignmentMetadataValue?)record.Value)?.AssignmentEpoch ?? 0;
                break;
            case ConsumerGroupTargetAssignmentMemberKey key:
                ApplyTarget(key.MemberId, (ConsumerGroupTargetAssignmentMemberValue?)record.Value);
                break;
            case ConsumerGroupCurrentMemberAssignmentKey key:
                ApplyCurrent(key.MemberId, (ConsumerGroupCurrentMemberAssignmentValue?)record.Value);
                break;
            default:
                throw new ArgumentException($"{record.Key.GetType()} is no key of a consumer group.", nameof(record));
        }
    }

    private static PartitionSet Partitions(
        IReadOnlyList<ConsumerGroupCurrentMemberAssignmentValue.CurrentTopic> topics) =>
        PartitionSet.OfTopics(topics.Select(topic => (topic.TopicId, topic.Partitions)));

    private static MemberState StateOf(sbyte value) =>
        Enum.IsDefined((MemberState)value) ? (MemberState)value : MemberState.Unknown;

    private void ApplyEpoch(ConsumerGroupMetadataValue? value)
    {
        IsDeleted = value is null;
        Epoch = value?.Epoch ?? 0;
    }

    private void ApplyTopics(ConsumerGroupPartitionMetadataValue? value) =>
        Topics = Topics.Clear().AddRange((value?.Topics ?? []).Select(topic => KeyValuePair.Create(
            topic.TopicName, new SubscribedTopic(topic.TopicId, topic.TopicName, topic.NumPartitions))));

    private void ApplyMember(string memberId, ConsumerGroupMemberMetadataValue? value)
    {
        ConsumerGroupMember? before = _members.GetValueOrDefault(memberId);
        if (before is not null) Subscriptions.Remove(before.Metadata);
        if (before?.Metadata.InstanceId is { } former && _instances.GetValueOrDefault(former) == memberId)
            _instances.Remove(former);
        if (value is null)
        {
            Hold(memberId, before?.Current, null);
            _members.Remove(memberId);
            return;
        }

        if (value.InstanceId is { } instanceId) _instances[instanceId] = memberId;
        _members[memberId] = (before ?? ConsumerGroupMember.New(memberId)) with
        {
            Metadata = new MemberMetadata
            {
                InstanceId = value.InstanceId,
                RackId = value.RackId,
                Client = new GroupClient(value.ClientId, value.ClientHost),
                RebalanceTimeout = TimeSpan.FromMilliseconds(value.RebalanceTimeoutMs),
                TopicNames = value.SubscribedTopicNames.ToImmutableSortedSet(StringComparer.Ordinal),
                TopicRegex = value.SubscribedTopicRegex ?? "",
                Assignor = value.ServerAssignor,
                Classic = value.ClassicMemberMetadata is { } classic ? ClassicOf(classic) : null,
            },
        };
        Subscriptions.Add(_members[memberId].Metadata);
    }

    private static ClassicMemberMetadata ClassicOf(ConsumerGroupMemberMetadataValue.ClassicMetadata classic) => new(
        TimeSpan.FromMilliseconds(classic.SessionTimeoutMs),
        [.. classic.SupportedProtocols.Select(protocol => new JoinGroupRequest.JoinGroupProtocol
        {
            Name = protocol.Name,
            Metadata = protocol.Metadata,
        })]);

    private void ApplyTarget(string memberId, ConsumerGroupTargetAssignmentMemberValue? value)
    {
        if (value is null)
            _targets.Remove(memberId);
        else
            _targets[memberId] = PartitionSet.OfTopics(
                value.TopicPartitions.Select(topic => (topic.TopicId, topic.Partitions)));
    }

    private void ApplyCurrent(string memberId, ConsumerGroupCurrentMemberAssignmentValue? value)
    {
        ConsumerGroupMember? before = _members.GetValueOrDefault(memberId);
        if (before is null && value is null) return;
        CurrentAssignment current = value is null
            ? CurrentAssignment.None
            : new CurrentAssignment(
                value.MemberEpoch,
                value.PreviousMemberEpoch,
                StateOf(value.State),
                Partitions(value.AssignedPartitions),
                Partitions(value.PartitionsPendingRevocation));
        Hold(memberId, before?.Current, current);
        _members[memberId] = (before ?? ConsumerGroupMember.New(memberId)) with { Current = current };
    }

    private void Hold(string memberId, CurrentAssignment? before, CurrentAssignment? after)
    {
        foreach (TopicIdPartition partition in Held(before))
            if (_holders.GetValueOrDefault(partition) == memberId) _holders.Remove(partition);
        foreach (TopicIdPartition partition in Held(after)) _holders[partition] = memberId;
    }

    private static IEnumerable<TopicIdPartition> Held(CurrentAssignment? assignment) =>
        assignment is null ? [] : assignment.Assigned.Concat(assignment.PendingRevocation);
}
