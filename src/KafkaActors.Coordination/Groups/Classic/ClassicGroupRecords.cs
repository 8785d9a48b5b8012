using System.Text;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>The one record that holds a generation of a classic group, to and from Kafka's schema.</summary>
internal static class ClassicGroupRecords
{
    /// <summary>The highest version that is not flexible, which every Kafka since 2.3 reads.</summary>
    private const short ValueVersion = 3;

    public static CoordinatorRecord Of(string groupId, ClassicRebalance group) =>
        new(GroupRecordTypes.GroupMetadata, Key(groupId), Value(group), ValueVersion);

    /// <summary>
    /// A generation that is over as soon as it is written. That is told by its having members and no leader, which
    /// Kafka reads as any other: whoever loads it has to begin the next.
    /// </summary>
    public static CoordinatorRecord Interrupted(string groupId, ClassicRebalance group)
    {
        GroupMetadataValue value = Value(group);
        value.Leader = null;
        return new(GroupRecordTypes.GroupMetadata, Key(groupId), value, ValueVersion);
    }

    public static bool IsInterrupted(GroupMetadataValue value) => value.Leader is null && value.Members.Count > 0;

    public static CoordinatorRecord Tombstone(string groupId) =>
        new(GroupRecordTypes.GroupMetadata, Key(groupId), null, 0);

    /// <summary>A member as of the record: of its protocols only the generation's is known.</summary>
    public static ClassicMember Load(GroupMetadataValue value, GroupMetadataValue.MemberMetadata member)
    {
        int rebalanceTimeout = member.RebalanceTimeout < 0 ? member.SessionTimeout : member.RebalanceTimeout;
        return new(new MemberSession(member.MemberId), member.GroupInstanceId, new(member.ClientId, member.ClientHost))
        {
            SessionTimeout = TimeSpan.FromMilliseconds(member.SessionTimeout),
            RebalanceTimeout = TimeSpan.FromMilliseconds(rebalanceTimeout),
            Protocols = [new() { Name = value.Protocol ?? "", Metadata = member.Subscription }],
            Assignment = member.Assignment,
        };
    }

    /// <summary>The most that a member takes in the record, without its assignment.</summary>
    public static long MaxBytesOf(
        string memberId, string? instanceId, GroupClient client,
        IReadOnlyList<JoinGroupRequest.JoinGroupProtocol> protocols)
    {
        long longest = 0;
        foreach (JoinGroupRequest.JoinGroupProtocol protocol in protocols)
            longest = Math.Max(longest, protocol.Metadata.Length);
        return SizeOf(memberId) + SizeOf(instanceId ?? "") + SizeOf(client.ClientId) + SizeOf(client.Host)
            + (4 * sizeof(int)) + longest;
    }

    private static int SizeOf(string text) => sizeof(short) + Encoding.UTF8.GetByteCount(text);

    private static GroupMetadataKey Key(string groupId) => new() { Group = groupId };

    private static GroupMetadataValue Value(ClassicRebalance group) => new()
    {
        ProtocolType = group.Members.ProtocolType ?? "",
        Generation = group.Generation,
        Protocol = group.ProtocolName,
        Leader = group.Members.Leader,
        CurrentStateTimestamp = group.StateSince is { } since ? since.ToMilliseconds() : -1,
        Members = [.. group.Members.All.Select(member => Metadata(member, group.ProtocolName!))],
    };

    private static GroupMetadataValue.MemberMetadata Metadata(ClassicMember member, string protocolName) => new()
    {
        MemberId = member.Id,
        GroupInstanceId = member.InstanceId,
        ClientId = member.Client.ClientId,
        ClientHost = member.Client.Host,
        RebalanceTimeout = (int)member.RebalanceTimeout.ToMilliseconds(),
        SessionTimeout = (int)member.SessionTimeout.ToMilliseconds(),
        Subscription = member.MetadataFor(protocolName),
        Assignment = member.Assignment,
    };
}
