namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>A member of a <see cref="ConsumerGroup"/>: what it said of itself, and what it has. Immutable.</summary>
public sealed record ConsumerGroupMember(string MemberId, MemberMetadata Metadata, CurrentAssignment Current)
{
    public static ConsumerGroupMember New(string memberId) =>
        new(memberId, MemberMetadata.None, CurrentAssignment.None);
}
