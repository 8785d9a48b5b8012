namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>A member of a <see cref="ConsumerGroup"/>: what it said of itself, and what it has. Immutable.</summary>
public sealed record ConsumerGroupMember(string MemberId, MemberMetadata Metadata, CurrentAssignment Current)
{
    /// <summary>Whether a member of the consumer protocol may come in place of this static one.</summary>
    public bool CanBeReplaced => Current.HasDeparted || Metadata.Classic is not null;

    public static ConsumerGroupMember New(string memberId) =>
        new(memberId, MemberMetadata.None, CurrentAssignment.None);
}
