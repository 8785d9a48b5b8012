using System.Diagnostics;
using System.Text;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>
/// Decides what becomes of a JoinGroup: refused, given a member id, told the generation there is, or parked at the join
/// barrier. It holds nothing itself: members and generations are its owner's, <see cref="ClassicGroup"/>.
/// </summary>
internal sealed class ClassicJoin(
    ClassicMembers members, ClassicRebalance rebalance, SessionDeadlines sessions, GroupServices services,
    DecisionBuilder decision)
{
    /// <summary>
    /// How long a join of a new member may wait. It cannot send heartbeats, and a client that has given up leaves no
    /// other trace.
    /// </summary>
    private static readonly TimeSpan NewMemberTimeout = TimeSpan.FromMinutes(5);

    /// <summary>What is appended to a member's name to make its id: a dash and a UUID.</summary>
    private const int SizeOfUniquePart = 37;

    /// <summary>
    /// What the record of a generation holds besides members, with names of a usual length: it is measured again when
    /// it is made.
    /// </summary>
    private const int SizeOfOther = 1024;

    public void Join(in JoinAttempt join, TimeSpan now)
    {
        if (rebalance.State == ClassicGroupState.Dead)
            Refuse(join, ErrorCode.CoordinatorNotAvailable, join.MemberId);
        else if (!HasRoomFor(join.MemberId))
            TurnAway(join, now);
        else if (!Accepts(join))
            Refuse(join, ErrorCode.InconsistentGroupProtocol, join.MemberId);
        else if (RefusalOfSize(join) is var error and not ErrorCode.None)
            Refuse(join, error, join.MemberId);
        else if (join.MemberId.Length == 0)
            JoinNew(join, now);
        else
            JoinKnown(join, now);
    }

    /// <summary>
    /// At the join barrier those who wait are counted, not the members: when <c>group.max.size</c> was lowered, the
    /// last to join again are those who go.
    /// </summary>
    private bool HasRoomFor(string memberId) => rebalance.State switch
    {
        ClassicGroupState.PreparingRebalance =>
            members.Find(memberId)?.JoinTicket is not null || members.AwaitingJoinCount < services.Settings.MaxSize,
        ClassicGroupState.CompletingRebalance or ClassicGroupState.Stable =>
            members.Contains(memberId) || members.Count < services.Settings.MaxSize,
        _ => true,
    };

    /// <summary>
    /// What a generation says of its members is one record of the log, and a member's id is made of what it names
    /// itself. A member that could not be in any record, or would be given an id that no response can carry, sent
    /// nonsense; one for which there is no room besides the others finds the group full.
    /// </summary>
    private ErrorCode RefusalOfSize(in JoinAttempt join)
    {
        int limit = services.MaxBatchBytes();
        bool isNew = join.MemberId.Length == 0;
        string named = isNew ? NamePart(join) : join.MemberId;
        if (isNew && Encoding.UTF8.GetByteCount(named) > short.MaxValue - SizeOfUniquePart)
            return ErrorCode.InvalidRequest;
        // Each counts: as a member of a consumer group it is stored with all of them.
        long all = join.Request.Protocols.Sum(protocol => (long)protocol.Metadata.Length + protocol.Name.Length);
        if (all > limit) return ErrorCode.InvalidRequest;
        long own = SizeOfUniquePart
            + ClassicGroupRecords.MaxBytesOf(named, join.InstanceId, join.Client, join.Request.Protocols);
        long former = Former(join)?.RecordBytes ?? 0;
        if (own <= former || members.RecordBytes - former + own + SizeOfOther <= limit) return ErrorCode.None;
        return own + SizeOfOther > limit ? ErrorCode.InvalidRequest : ErrorCode.GroupMaxSizeReached;
    }

    /// <summary>The member that the join is of, or is to take the place of.</summary>
    private ClassicMember? Former(in JoinAttempt join) =>
        join is { MemberId: "", InstanceId: { } instance } && members.IdOfInstance(instance) is { } id
            ? members.Find(id)
            : members.Find(join.MemberId);

    private static string NamePart(in JoinAttempt join) => join.InstanceId ?? join.Client.ClientId;

    private void TurnAway(in JoinAttempt join, TimeSpan now)
    {
        if (members.Find(join.MemberId) is { } member) rebalance.Remove(member);
        else if (members.RemovePending(join.MemberId) is { } pending) SessionDeadlines.End(pending);
        Refuse(join, ErrorCode.GroupMaxSizeReached, "");
        rebalance.CompleteJoinIfAllJoined(now);
    }

    private bool Accepts(in JoinAttempt join) => rebalance.State == ClassicGroupState.Empty
        ? join.Request.ProtocolType.Length > 0 && join.Request.Protocols.Count > 0
        : members.Accept(join.Request.ProtocolType, join.Request.Protocols);

    private void JoinNew(in JoinAttempt join, TimeSpan now)
    {
        string memberId = $"{NamePart(join)}-{services.NewId()}";
        if (join.InstanceId is { } instance && members.IdOfInstance(instance) is { } former)
            Replace(join, members.Find(former)!, memberId, now);
        else if (join.InstanceId is null && join.NeedsMemberId)
            GiveMemberId(join, memberId, now);
        else
            Add(join, new MemberSession(memberId), now);
    }

    private void GiveMemberId(in JoinAttempt join, string memberId, TimeSpan now)
    {
        var session = new MemberSession(memberId);
        members.AddPending(session);
        sessions.Renew(session, now + join.SessionTimeout);
        Refuse(join, ErrorCode.MemberIdRequired, memberId);
    }

    private void JoinKnown(in JoinAttempt join, TimeSpan now)
    {
        // A pending id was given to a dynamic member, so a static one that comes with it is somebody else.
        if (join.InstanceId is null && members.RemovePending(join.MemberId) is { } pending)
            Add(join, pending, now);
        else if (members.Check(join.MemberId, join.InstanceId) is var error and not ErrorCode.None)
            Refuse(join, error, join.MemberId);
        else
            Rejoin(join, members.Find(join.MemberId)!, now);
    }

    /// <summary>
    /// A member that joins again with what it had may only have missed an answer. A leader of a stable group that does
    /// wants a rebalance: something it assigns by has changed that no metadata shows.
    /// </summary>
    private void Rejoin(in JoinAttempt join, ClassicMember member, TimeSpan now)
    {
        bool isUnchanged = member.Matches(join.Request.Protocols);
        switch (rebalance.State)
        {
            case ClassicGroupState.CompletingRebalance when isUnchanged:
            case ClassicGroupState.Stable when isUnchanged && members.Leader != member.Id:
                decision.Answer(join.Ticket, ClassicResponses.Joined(rebalance, member));
                break;
            case ClassicGroupState.PreparingRebalance:
            case ClassicGroupState.CompletingRebalance:
            case ClassicGroupState.Stable:
                Update(join, member);
                rebalance.MembersChanged(now);
                break;
            default:
                throw new UnreachableException($"A member of a group that is {rebalance.State}.");
        }
    }

    private void Add(in JoinAttempt join, MemberSession session, TimeSpan now)
    {
        var member = new ClassicMember(session, join.InstanceId, join.Client) { IsNew = true };
        members.Add(member, join.Request.ProtocolType);
        Update(join, member);
        sessions.Renew(session, now + NewMemberTimeout);
        rebalance.MemberAdded(now);
    }

    private void Update(in JoinAttempt join, ClassicMember member)
    {
        members.Update(member, join.Request.Protocols, join.SessionTimeout, join.RebalanceTimeout);
        if (members.AwaitJoin(member, join.Ticket) is { } superseded)
            decision.Answer(superseded, ClassicResponses.JoinRefused(ErrorCode.RebalanceInProgress, member.Id));
    }

    /// <summary>
    /// A static member came back without its id and is given another; whoever waits under the former is fenced. A
    /// stable group goes on with the assignment it has, unless it would now choose another protocol or the member
    /// wants other topics. At the sync barrier the leader may be assigning to the former id already, so the group
    /// begins again.
    /// </summary>
    private void Replace(in JoinAttempt join, ClassicMember former, string memberId, TimeSpan now)
    {
        string formerLeader = members.Leader!;
        var member = new ClassicMember(new MemberSession(memberId), former.InstanceId, join.Client)
        {
            Protocols = former.Protocols,
            Assignment = former.Assignment,
        };
        rebalance.Replace(former, member);
        Update(join, member);
        sessions.Renew(member.Session, now + member.SessionTimeout);
        if (rebalance.State == ClassicGroupState.Stable
            && KeepsAssignment(former, member)
            && rebalance.TryWriteRecord())
            Resume(join, member, formerLeader);
        else
            rebalance.MembersChanged(now);
    }

    private bool KeepsAssignment(ClassicMember former, ClassicMember member)
    {
        string protocol = rebalance.ProtocolName!;
        if (members.SelectProtocol() != protocol) return false;
        if (members.ProtocolType != ClassicConsumerProtocol.Type) return true;
        IReadOnlyList<string>? topics = ClassicConsumerProtocol.TopicsOf(member.MetadataFor(protocol));
        IReadOnlyList<string>? formerTopics = ClassicConsumerProtocol.TopicsOf(former.MetadataFor(protocol));
        return topics is null || formerTopics is null || topics.ToHashSet().SetEquals(formerTopics);
    }

    /// <summary>
    /// A leader must not assign anew. From v9 it is told so; before, it is told that its former self leads, and so
    /// takes itself for a follower (KIP-345).
    /// </summary>
    private void Resume(in JoinAttempt join, ClassicMember member, string formerLeader)
    {
        members.EndJoin(member);
        var response = ClassicResponses.Joined(rebalance, member);
        if (join.CanSkipAssignment)
        {
            response.SkipAssignment = members.Leader == member.Id;
        }
        else
        {
            response.Leader = formerLeader;
            response.Members = [];
        }

        decision.Answer(join.Ticket, response);
    }

    private void Refuse(in JoinAttempt join, ErrorCode error, string memberId) =>
        decision.Answer(join.Ticket, ClassicResponses.JoinRefused(error, memberId));
}
