using System.Collections.Immutable;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups.Classic;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// Makes a consumer group of a classic one with members (KIP-848, online migration). The group's epoch is the
/// generation, and what each member was assigned in it is both what it has and its target; the member of the consumer
/// protocol for whose sake this happens raises the epoch at once.
/// </summary>
internal static class OnlineUpgrade
{
    public static bool IsAllowed(ClassicGroup group, GroupSettings settings) =>
        settings.MigrationPolicy.HasFlag(ConsumerGroupMigrationPolicy.Upgrade)
        && group.ProtocolType == ClassicConsumerProtocol.Type
        && group.Members.Count <= settings.ConsumerMaxSize;

    /// <summary>The records of the consumer group; null when a subscription or an assignment is unreadable.</summary>
    public static IReadOnlyList<CoordinatorRecord>? Records(string groupId, ClassicGroup group, MetadataImage image)
    {
        var log = new ConsumerGroupRecords(groupId);
        if (Members(group, image) is not { } members) return null;
        return
        [
            .. members.Select(member => log.Member(member.MemberId, member.Metadata)),
            log.Epoch(group.Generation),
            .. members.Select(member => log.Target(member.MemberId, member.Current.Assigned)),
            log.TargetEpoch(group.Generation),
            .. members.Select(member => log.Current(member.MemberId, member.Current)),
        ];
    }

    private static IReadOnlyList<ConsumerGroupMember>? Members(ClassicGroup group, MetadataImage image)
    {
        var all = new List<(ClassicMember Member, ConsumerProtocolSubscription Subscription, PartitionSet Assigned)>();
        var held = new HashSet<TopicIdPartition>();
        foreach (ClassicMember member in group.Members)
        {
            if (ClassicConsumerProtocol.SubscriptionOf(member.Protocols[0].Metadata) is not { } subscription)
                return null;
            if (ClassicConsumerProtocol.AssignmentOf(member.Assignment) is not { } assignment) return null;
            // A leader may have given a partition twice; here nobody may hold what another does.
            all.Add((member, subscription, NamedPartitions.Assigned(assignment, image).Where(held.Add)));
        }

        return [.. all.Select(each => Member(
            each.Member, each.Subscription, each.Assigned.Union(Kept(each.Subscription, held, image)),
            group.Generation))];
    }

    /// <summary>
    /// What a member may still read although the generation does not give it: of a group in rebalance the assignment
    /// may be on its way, or be over, while a cooperative member goes on with what it owned when it joined. (Kafka
    /// takes the assignment only.)
    /// </summary>
    private static PartitionSet Kept(
        ConsumerProtocolSubscription subscription, HashSet<TopicIdPartition> held, MetadataImage image) =>
        NamedPartitions.Owned(subscription, image).Where(held.Add);

    private static ConsumerGroupMember Member(
        ClassicMember member, ConsumerProtocolSubscription subscription, PartitionSet assigned, int generation) => new(
        member.Id,
        new MemberMetadata
        {
            InstanceId = member.InstanceId,
            RackId = subscription.RackId,
            Client = member.Client,
            RebalanceTimeout = member.RebalanceTimeout,
            TopicNames = subscription.Topics.ToImmutableSortedSet(StringComparer.Ordinal),
            Classic = new ClassicMemberMetadata(member.SessionTimeout, member.Protocols),
        },
        new CurrentAssignment(generation, generation, MemberState.Stable, assigned, PartitionSet.Empty));
}
