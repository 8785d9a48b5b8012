using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>What an <see cref="IGroupMembership"/> wants done.</summary>
internal abstract record MembershipEffect
{
    /// <summary>To the group's coordinator.</summary>
    public sealed record Send(MembershipCall Call) : MembershipEffect;

    /// <summary>The partition counts of these topics are needed, and whenever they change.</summary>
    public sealed record WatchTopics(IReadOnlyCollection<string> Topics) : MembershipEffect;

    /// <summary>
    /// The names of these topics are needed, and those of no others any more. Answered at once by
    /// <see cref="IGroupMembership.Learn"/> with what is known of them, and again when more is.
    /// </summary>
    public sealed record NameTopics(IReadOnlyCollection<TopicId> Topics) : MembershipEffect;

    /// <summary>The reader may read these too. Told for each assignment, even where nothing is new.</summary>
    public sealed record Assign(IReadOnlyList<TopicPartition> Partitions) : MembershipEffect;

    /// <summary>
    /// The reader has to let go of these, and may commit before; the answer is <see cref="IGroupMembership.Revoked"/>.
    /// </summary>
    public sealed record Revoke(int Id, IReadOnlyList<TopicPartition> Partitions) : MembershipEffect;

    /// <summary>These belong to somebody else already: nothing of them can be committed.</summary>
    public sealed record Lose(IReadOnlyList<TopicPartition> Partitions) : MembershipEffect;

    /// <summary>The subscription is over; the message is one line.</summary>
    public sealed record Fail(ErrorCode Error, string Message) : MembershipEffect;
}
