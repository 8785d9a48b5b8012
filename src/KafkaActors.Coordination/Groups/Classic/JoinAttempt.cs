using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>A JoinGroup under way: the request, its version, who sent it and the ticket to answer.</summary>
internal readonly record struct JoinAttempt(long Ticket, short Version, JoinGroupRequest Request, GroupClient Client)
{
    /// <summary>Since v4 a new member joins in two steps: first it is given its id (KIP-394).</summary>
    public bool NeedsMemberId => Version >= 4;

    /// <summary>Since v9 a leader can be told to keep the assignment there is (KIP-814).</summary>
    public bool CanSkipAssignment => Version >= 9;

    public string MemberId => Request.MemberId;

    public string? InstanceId => Request.GroupInstanceId;

    public TimeSpan SessionTimeout => TimeSpan.FromMilliseconds(Request.SessionTimeoutMs);

    /// <summary>v0 has none.</summary>
    public TimeSpan RebalanceTimeout =>
        Request.RebalanceTimeoutMs < 0 ? SessionTimeout : TimeSpan.FromMilliseconds(Request.RebalanceTimeoutMs);
}
