using System.Text;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Tests.Groups;

/// <summary>Makes requests short to write.</summary>
internal static class Requests
{
    /// <summary>Protocols by name, the preferred first, with commas between; each subscribes to the topics.</summary>
    public static IReadOnlyList<JoinGroupRequest.JoinGroupProtocol> Protocols(string names, string topics) =>
    [
        .. names.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => new JoinGroupRequest.JoinGroupProtocol
        {
            Name = name,
            Metadata = Subscription(topics),
        }),
    ];

    /// <summary>A consumer's subscription in its first version.</summary>
    public static byte[] Subscription(string topics)
    {
        string[] names = topics.Split(',', StringSplitOptions.RemoveEmptyEntries);
        using var writer = new ProtocolWriter();
        writer.WriteInt16(0);
        writer.WriteInt32(names.Length);
        foreach (string name in names) writer.WriteString(name, compact: false);
        writer.WriteInt32(-1);
        return writer.ToArray();
    }

    public static SyncGroupRequest Sync(
        string memberId, int generation, params (string Member, string Assignment)[] assignments) => new()
        {
            GroupId = GroupScene.GroupId,
            MemberId = memberId,
            GenerationId = generation,
            Assignments =
            [
                .. assignments.Select(assignment => new SyncGroupRequest.SyncGroupAssignment
                {
                    MemberId = assignment.Member,
                    Assignment = Encoding.UTF8.GetBytes(assignment.Assignment),
                }),
            ],
        };

    public static HeartbeatRequest Heartbeat(string memberId, int generation, string? instance = null) => new()
    {
        GroupId = GroupScene.GroupId,
        MemberId = memberId,
        GenerationId = generation,
        GroupInstanceId = instance,
    };

    public static OffsetCommitRequest Commit(
        string memberId, int generation, string topic = "t", int partition = 0, long offset = 1) => new()
        {
            GroupId = GroupScene.GroupId,
            MemberId = memberId,
            GenerationIdOrMemberEpoch = generation,
            Topics =
            [
                new()
                {
                    Name = topic,
                    Partitions = [new() { PartitionIndex = partition, CommittedOffset = offset }],
                },
            ],
        };

    public static OffsetDeleteRequest DeleteOffsets(string topic, params int[] partitions) => new()
    {
        GroupId = GroupScene.GroupId,
        Topics =
        [
            new()
            {
                Name = topic,
                Partitions = [.. partitions.Select(partition =>
                    new OffsetDeleteRequest.OffsetDeletePartition { PartitionIndex = partition })],
            },
        ],
    };

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
