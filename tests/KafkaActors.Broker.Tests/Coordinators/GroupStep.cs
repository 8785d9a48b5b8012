using KafkaActors.Broker.Tests.Groups;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Coordinators;

/// <summary>
/// One request of a script that every kind of group request is in. A partition has three groups: a classic one with a
/// member, one of offsets alone, and one of the consumer protocol that the script begins.
/// </summary>
/// <param name="Kind">The first letter of the group that it goes to.</param>
internal sealed record GroupStep(string Name, char Kind, short Version, Func<string, object> Request)
{
    public const char Classic = 'g';
    public const char Offsets = 's';
    public const char Consumer = 'c';

    private const string Member = "m";

    /// <summary>Each succeeds in a healthy group when those before it did.</summary>
    public static IReadOnlyList<GroupStep> All { get; } =
    [
        new("Heartbeat", Classic, 4, group => GroupRequests.Heartbeat(group, Member, 1)),
        new("OffsetCommit", Offsets, 9, group => GroupRequests.Commit(group, 5)),
        new("OffsetFetch", Offsets, 9, group => GroupRequests.Fetch(group)),
        new("DescribeGroups", Classic, 6, group => new DescribeGroupsRequest { Groups = [group] }),
        new("ConsumerGroupHeartbeat", Consumer, 1, group => GroupRequests.Join(group, Member)),
        new("ConsumerGroupDescribe", Consumer, 1, group => new ConsumerGroupDescribeRequest { GroupIds = [group] }),
        new("JoinGroup", Classic, 9, Join),
        new("SyncGroup", Classic, 5, Sync),
        new("OffsetDelete", Offsets, 0, DeleteOffset),
        new("LeaveGroup", Classic, 5, group => new LeaveGroupRequest
        {
            GroupId = group, Members = [new() { MemberId = Member }],
        }),
        new("DeleteGroups", Classic, 2, GroupRequests.Delete),
    ];

    /// <summary>What the log says of the partition's groups before the script.</summary>
    public static Coordination.Coordinators.CoordinatorRecord[] RecordsBefore(string classic, string offsets) =>
    [
        GroupRequests.Generation(classic, 1, Member),
        GroupRequests.Offset(offsets, 1),
        GroupRequests.Offset(offsets, 1, GroupRequests.KeptTopic),
    ];

    private static JoinGroupRequest Join(string group) => new()
    {
        GroupId = group,
        MemberId = Member,
        ProtocolType = "consumer",
        SessionTimeoutMs = 10_000,
        RebalanceTimeoutMs = 10_000,
        Protocols = [new() { Name = "range", Metadata = new byte[] { 1 } }],
    };

    private static SyncGroupRequest Sync(string group) => new()
    {
        GroupId = group,
        MemberId = Member,
        GenerationId = 2,
        ProtocolType = "consumer",
        ProtocolName = "range",
        Assignments = [new() { MemberId = Member, Assignment = new byte[] { 2 } }],
    };

    private static OffsetDeleteRequest DeleteOffset(string group) => new()
    {
        GroupId = group,
        Topics = [new() { Name = GroupRequests.Topic, Partitions = [new() { PartitionIndex = 0 }] }],
    };
}
