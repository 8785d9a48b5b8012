using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// One consumer's membership in a group, of whichever protocol. Pure: it is told of answers and of a monotonic clock's
/// time, and answers with what is to be done; nothing is sent while the coordinator is not known.
/// </summary>
internal interface IGroupMembership
{
    /// <summary>Empty as long as the coordinator has to give one.</summary>
    string MemberId { get; }

    /// <summary>Who the member is at the moment, for what it commits.</summary>
    GroupIdentity Self { get; }

    bool NeedsCoordinator { get; }

    /// <summary>What tells the coordinator that this member is gone; null when there is nothing to tell.</summary>
    IRequestMessage? LastWill { get; }

    /// <summary>When <see cref="Tick"/> has something to do, while the coordinator is known.</summary>
    TimeSpan? NextDeadline { get; }

    /// <summary>Subscribes to these topics and no others.</summary>
    IReadOnlyList<MembershipEffect> Subscribe(SubscribedTopics topics, TimeSpan now);

    /// <summary>Leaves the group once the reader has let go of its partitions.</summary>
    IReadOnlyList<MembershipEffect> Unsubscribe(TimeSpan now);

    /// <summary>Leaves at once; nobody is told to let go.</summary>
    IReadOnlyList<MembershipEffect> Leave(string reason);

    IReadOnlyList<MembershipEffect> Learn(KnownTopics topics, TimeSpan now);

    /// <summary>The reader has let go; an answer to an older demand counts for nothing.</summary>
    IReadOnlyList<MembershipEffect> Revoked(int id, TimeSpan now);

    /// <summary>The reader has asked for records.</summary>
    IReadOnlyList<MembershipEffect> Read(TimeSpan now);

    IReadOnlyList<MembershipEffect> Tick(TimeSpan now);

    IReadOnlyList<MembershipEffect> Answered(MembershipCall call, IResponseMessage response, TimeSpan now);

    /// <summary>There was no answer, or the coordinator does not know such a request.</summary>
    /// <param name="message">What is known of the reason, in sentences; null when nothing is.</param>
    IReadOnlyList<MembershipEffect> Unanswered(MembershipCall call, ErrorCode error, string? message, TimeSpan now);

    /// <summary>What a commit of this member in its present generation was answered with.</summary>
    IReadOnlyList<MembershipEffect> Told(ErrorCode error, TimeSpan now);

    /// <summary>The group is out of reach for good.</summary>
    IReadOnlyList<MembershipEffect> Refuse(ErrorCode error);
}
