using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// One consumer's membership in a group, of whichever protocol. Pure: it is told of answers and of a monotonic clock's
/// time, and answers with what is to be done; nothing is sent while the coordinator is not known.
/// </summary>
internal interface IGroupMembership
{
    /// <summary>Who the member is at the moment, for what it commits.</summary>
    GroupIdentity Self { get; }

    bool NeedsCoordinator { get; }

    /// <summary>What tells the coordinator that this member is gone; null when there is nothing to tell.</summary>
    IRequestMessage? LastWill { get; }

    /// <summary>When <see cref="Tick"/> has something to do, while the coordinator is known.</summary>
    TimeSpan? NextDeadline { get; }

    /// <summary>Subscribes to these topics and no others.</summary>
    IReadOnlyList<MembershipEffect> Subscribe(IEnumerable<string> topics, TimeSpan now);

    /// <summary>Leaves the group once the reader has let go of its partitions.</summary>
    IReadOnlyList<MembershipEffect> Unsubscribe(TimeSpan now);

    /// <summary>Leaves at once; nobody is told to let go.</summary>
    IReadOnlyList<MembershipEffect> Leave(string reason);

    /// <summary>How many partitions topics have: 0 for one that does not exist, none for one not known.</summary>
    IReadOnlyList<MembershipEffect> Learn(IReadOnlyDictionary<string, int> partitionCounts, TimeSpan now);

    /// <summary>The reader has let go; an answer to an older demand counts for nothing.</summary>
    IReadOnlyList<MembershipEffect> Revoked(int id, TimeSpan now);

    /// <summary>The reader has asked for records.</summary>
    IReadOnlyList<MembershipEffect> Read(TimeSpan now);

    IReadOnlyList<MembershipEffect> Tick(TimeSpan now);

    IReadOnlyList<MembershipEffect> Answered(MembershipCall call, IResponseMessage response, TimeSpan now);

    /// <summary>There was no answer, or none that could be read.</summary>
    IReadOnlyList<MembershipEffect> Unanswered(MembershipCall call, ErrorCode error, TimeSpan now);

    /// <summary>What another request of this member in its present generation was answered with.</summary>
    IReadOnlyList<MembershipEffect> Told(ErrorCode error, TimeSpan now);

    /// <summary>The group is out of reach for good.</summary>
    IReadOnlyList<MembershipEffect> Refuse(ErrorCode error);
}
