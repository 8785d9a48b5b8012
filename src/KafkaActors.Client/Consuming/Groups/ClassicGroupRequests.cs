using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>The requests of the classic group protocol, filled in for one member.</summary>
internal sealed class ClassicGroupRequests(GroupMemberSettings settings)
{
    /// <summary>
    /// A coordinator answers a join when every member came, at the latest after the rebalance timeout.
    /// </summary>
    private static readonly TimeSpan JoinSlack = TimeSpan.FromSeconds(5);

    /// <param name="owned">What the member keeps meanwhile.</param>
    /// <exception cref="KafkaException">An assignor failed.</exception>
    public MembershipCall Join(
        GroupIdentity self, MemberSubscription subscription, IReadOnlyList<TopicPartition> owned, string? reason)
    {
        var request = new JoinGroupRequest
        {
            GroupId = self.GroupId,
            SessionTimeoutMs = (int)settings.SessionTimeout.TotalMilliseconds,
            RebalanceTimeoutMs = (int)settings.RebalanceTimeout.TotalMilliseconds,
            MemberId = self.MemberId,
            GroupInstanceId = self.InstanceId,
            ProtocolType = ConsumerBlobs.ProtocolType,
            Protocols = [.. settings.Assignors.Select(assignor => new JoinGroupRequest.JoinGroupProtocol
            {
                Name = assignor.Name,
                Metadata = ConsumerBlobs.Subscription(
                    subscription.Topics, assignor.SubscriptionUserData(subscription), owned, self.Generation),
            })],
            Reason = reason,
        };
        TimeSpan timeout = settings.RebalanceTimeout + JoinSlack;
        return new MembershipCall(request, timeout > settings.RequestTimeout ? timeout : settings.RequestTimeout);
    }

    /// <param name="assignment">The leader's decision; empty from everybody else.</param>
    public MembershipCall Sync(
        GroupIdentity self, string protocol, IReadOnlyDictionary<string, MemberAssignment> assignment) =>
        Call(new SyncGroupRequest
        {
            GroupId = self.GroupId,
            GenerationId = self.Generation,
            MemberId = self.MemberId,
            GroupInstanceId = self.InstanceId,
            ProtocolType = ConsumerBlobs.ProtocolType,
            ProtocolName = protocol,
            Assignments = [.. assignment.Select(entry => new SyncGroupRequest.SyncGroupAssignment
            {
                MemberId = entry.Key,
                Assignment = ConsumerBlobs.Assignment(entry.Value),
            })],
        });

    public MembershipCall Heartbeat(GroupIdentity self) => Call(new HeartbeatRequest
    {
        GroupId = self.GroupId,
        GenerationId = self.Generation,
        MemberId = self.MemberId,
        GroupInstanceId = self.InstanceId,
    });

    /// <summary>Null for a member that has nothing to leave, or stays for its return (KIP-345).</summary>
    public static LeaveGroupRequest? Leave(GroupIdentity self, string reason) =>
        self.MemberId.Length == 0 || self.InstanceId is not null ? null : new LeaveGroupRequest
        {
            GroupId = self.GroupId,
            Members = [new LeaveGroupRequest.MemberIdentity { MemberId = self.MemberId, Reason = reason }],
        };

    public MembershipCall Call(IRequestMessage request) => new(request, settings.RequestTimeout);
}
