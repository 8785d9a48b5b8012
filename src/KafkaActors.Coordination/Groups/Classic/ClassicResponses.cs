using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>The responses to members of a classic group.</summary>
internal static class ClassicResponses
{
    /// <param name="memberId">The id the client is told to go on with; empty makes it ask for another.</param>
    public static JoinGroupResponse JoinRefused(ErrorCode error, string memberId = "") =>
        new() { ErrorCode = error, MemberId = memberId, ProtocolName = "" };

    /// <summary>The generation there is, with all members for its leader.</summary>
    public static JoinGroupResponse Joined(ClassicRebalance group, ClassicMember member) => new()
    {
        GenerationId = group.Generation,
        ProtocolType = group.Members.ProtocolType,
        ProtocolName = group.ProtocolName,
        Leader = group.Members.Leader!,
        MemberId = member.Id,
        Members = member.Id == group.Members.Leader ? All(group.Members, group.ProtocolName!) : [],
    };

    public static SyncGroupResponse Sync(ErrorCode error) => new() { ErrorCode = error };

    public static SyncGroupResponse Synced(ClassicRebalance group, ClassicMember member) => new()
    {
        ProtocolType = group.Members.ProtocolType,
        ProtocolName = group.ProtocolName,
        Assignment = member.Assignment,
    };

    /// <summary>Protocol and metadata are told in a stable group only.</summary>
    public static DescribeGroupsResponse.DescribedGroup Described(string groupId, ClassicRebalance group)
    {
        string? protocol = group.State == ClassicGroupState.Stable ? group.ProtocolName : null;
        return new()
        {
            GroupId = groupId,
            GroupState = group.State.ToString(),
            ProtocolType = group.Members.ProtocolType ?? "",
            ProtocolData = protocol ?? "",
            Members = [.. group.Members.All.Select(member => Described(member, protocol))],
        };
    }

    /// <summary>Before v6 a group that is not there is told as a dead one (KIP-1043).</summary>
    public static DescribeGroupsResponse.DescribedGroup Unknown(string groupId, short version) => new()
    {
        GroupId = groupId,
        GroupState = nameof(ClassicGroupState.Dead),
        ErrorCode = version >= 6 ? ErrorCode.GroupIdNotFound : ErrorCode.None,
        ErrorMessage = $"Group {groupId} not found.",
    };

    private static DescribeGroupsResponse.DescribedGroupMember Described(ClassicMember member, string? protocol) =>
        new()
        {
            MemberId = member.Id,
            GroupInstanceId = member.InstanceId,
            ClientId = member.Client.ClientId,
            ClientHost = member.Client.Host,
            MemberMetadata = protocol is null ? default : member.MetadataFor(protocol),
            MemberAssignment = member.Assignment,
        };

    private static JoinGroupResponse.JoinGroupMember[] All(ClassicMembers members, string protocolName)
    {
        var all = new JoinGroupResponse.JoinGroupMember[members.Count];
        for (int i = 0; i < all.Length; i++)
        {
            ClassicMember member = members.All[i];
            all[i] = new JoinGroupResponse.JoinGroupMember
            {
                MemberId = member.Id,
                GroupInstanceId = member.InstanceId,
                Metadata = member.MetadataFor(protocolName),
            };
        }

        return all;
    }
}
