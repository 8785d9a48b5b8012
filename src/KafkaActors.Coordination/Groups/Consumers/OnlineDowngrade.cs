using KafkaActors.Coordination.Groups.Classic;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// Makes a classic group of a consumer group in which nobody speaks the consumer protocol any more (KIP-848, online
/// migration). Its members join again at once, and one of them assigns.
/// </summary>
internal static class OnlineDowngrade
{
    public static bool IsDue(ConsumerGroup group, GroupSettings settings) => group.ClassicCount > 0
        && group.ClassicCount == group.MemberCount
        && settings.MigrationPolicy.HasFlag(ConsumerGroupMigrationPolicy.Downgrade)
        && group.ClassicCount <= settings.MaxSize;

    /// <summary>
    /// The generation: the highest epoch of a member, so that as many as can be still commit what they have read.
    /// (Kafka takes the group's epoch, which members that have not joined since it was raised do not know.)
    /// </summary>
    public static int Generation(ConsumerGroup group) => group.Members.Max(member => member.Current.MemberEpoch);

    /// <summary>
    /// The members with what they have in their hands. (Kafka gives them their targets, which others may hold still.)
    /// </summary>
    public static IReadOnlyList<ClassicMember> Members(ConsumerGroup group, MetadataImage image) =>
        [.. group.Members.Select(member => Member(member, member.Metadata.Classic!, image))];

    private static ClassicMember Member(
        ConsumerGroupMember member, ClassicMemberMetadata classic, MetadataImage image) => new(
        new MemberSession(member.MemberId), member.Metadata.InstanceId, member.Metadata.Client)
        {
            SessionTimeout = classic.SessionTimeout,
            RebalanceTimeout = member.Metadata.RebalanceTimeout,
            Protocols = classic.Protocols,
            Assignment = ClassicConsumerProtocol.Encode(
                NamedPartitions.Assignment(member.Current.Assigned.Union(member.Current.PendingRevocation), image),
                classic.Subscription),
        };
}
