using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Groups.Classic;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Tests.Groups.Migration;

/// <summary>
/// One group on a topic of four partitions, and members of both protocols. What a member says and is told of partitions
/// is their numbers, like <c>0,1</c>.
/// </summary>
internal sealed class MigrationScene
{
    public MigrationScene(GroupSettings? settings = null, int seed = 1) => Group = new GroupScene(settings, seed)
    {
        Image = new ImageBuilder().Formed().Broker(1).Topic(1, "t", [1], [1], [1], [1]).Image,
    };

    public GroupScene Group { get; }

    public ListGroupsResponse.ListedGroup Listed => Group.Core.Listed;

    /// <summary>A stable classic group of one member that reads all four.</summary>
    public static MigrationScene WithOne(out string member, GroupSettings? settings = null)
    {
        var scene = new MigrationScene(settings);
        long join = scene.Join("");
        scene.Group.Advance(3);
        member = scene.Group.Joined(join).MemberId;
        scene.Assign(member, 1, (member, "0,1,2,3"));
        return scene;
    }

    /// <summary>A stable classic group of two members that read two partitions each.</summary>
    public static MigrationScene WithTwo(out string one, out string two, GroupSettings? settings = null)
    {
        var scene = new MigrationScene(settings);
        long[] joins = [scene.Join(""), scene.Join("")];
        scene.Group.Advance(6);
        (one, two) = (scene.Group.Joined(joins[0]).MemberId, scene.Group.Joined(joins[1]).MemberId);
        scene.Group.Sync(two, 1);
        scene.Assign(one, 1, (one, "0,1"), (two, "2,3"));
        return scene;
    }

    /// <summary>The same with a member of the consumer protocol, which caused the consumer group.</summary>
    public static MigrationScene Upgraded(out string one, out string two, GroupSettings? settings = null)
    {
        MigrationScene scene = WithTwo(out one, out two, settings);
        Assert.That(scene.Beat("c", 0).ErrorCode, Is.EqualTo(ErrorCode.None));
        return scene;
    }

    public static byte[] Assignment(string partitions, short version = 1) => Bytes(
        new ConsumerProtocolAssignment
        {
            AssignedPartitions =
                partitions.Length == 0 ? [] : [new() { Topic = "t", Partitions = Numbers(partitions) }],
        },
        version);

    /// <param name="owned">Null for a first version, which does not say.</param>
    public static byte[] Subscription(string? owned) => Bytes(
        new ConsumerProtocolSubscription
        {
            Topics = ["t"],
            OwnedPartitions = owned is null or "" ? [] : [new() { Topic = "t", Partitions = Numbers(owned) }],
        },
        owned is null ? (short)0 : (short)1);

    public static string Told(ReadOnlyMemory<byte> assignment) => string.Join(
        ',',
        ClassicConsumerProtocol.AssignmentOf(assignment)!.AssignedPartitions.SelectMany(topic => topic.Partitions));

    public long Join(
        string memberId, string? owned = null, string? instance = null, string protocols = "range", short version = 3)
    {
        var request = new JoinGroupRequest
        {
            GroupId = GroupScene.GroupId,
            MemberId = memberId,
            GroupInstanceId = instance,
            SessionTimeoutMs = 10_000,
            RebalanceTimeoutMs = 60_000,
            ProtocolType = "consumer",
            Protocols =
            [
                .. protocols.Split(',').Select(name => new JoinGroupRequest.JoinGroupProtocol
                {
                    Name = name,
                    Metadata = Subscription(owned),
                }),
            ],
        };
        return Group.Apply(ticket =>
            Group.Core.Join(ticket, version, request, GroupScene.Client, Group.Image, Group.Now));
    }

    /// <summary>A JoinGroup that is answered at once, as in a consumer group.</summary>
    public JoinGroupResponse Joined(string memberId, string? owned = null, string? instance = null) =>
        Group.Joined(Join(memberId, owned, instance));

    /// <summary>What a SyncGroup is answered: the partitions, or the error.</summary>
    public string Synced(string memberId, int generation)
    {
        SyncGroupResponse response = Group.Synced(Group.Sync(memberId, generation));
        return response.ErrorCode == ErrorCode.None ? Told(response.Assignment) : response.ErrorCode.ToString();
    }

    /// <summary>The leader of a classic group brings the assignment.</summary>
    public void Assign(string leader, int generation, params (string Member, string Partitions)[] assignments)
    {
        var request = new SyncGroupRequest
        {
            GroupId = GroupScene.GroupId,
            MemberId = leader,
            GenerationId = generation,
            Assignments = [.. assignments.Select(each => new SyncGroupRequest.SyncGroupAssignment
            {
                MemberId = each.Member,
                Assignment = Assignment(each.Partitions),
            })],
        };
        Group.Apply(ticket => Group.Core.Sync(ticket, 3, request, Group.Image, Group.Now));
        Assert.That(Group.State, Is.EqualTo("Stable"));
    }

    /// <summary>A heartbeat of a member of the consumer protocol.</summary>
    public ConsumerGroupHeartbeatResponse Beat(
        string memberId, int epoch, string? instance = null, string? owned = null, string[]? topics = null)
    {
        bool joins = epoch == 0;
        var request = new ConsumerGroupHeartbeatRequest
        {
            GroupId = GroupScene.GroupId,
            MemberId = memberId,
            InstanceId = instance,
            MemberEpoch = epoch,
            RebalanceTimeoutMs = joins ? 60_000 : -1,
            SubscribedTopicNames = topics ?? (joins ? ["t"] : null),
            TopicPartitions = owned is null && !joins
                ? null
                : owned is null or "" ? [] : [new() { TopicId = ImageBuilder.Id(1), Partitions = Numbers(owned) }],
        };
        return Group.Answer<ConsumerGroupHeartbeatResponse>(Group.Apply(ticket =>
            Group.Core.ConsumerHeartbeat(ticket, 1, request, GroupScene.Client, Group.Image, Group.Now)));
    }

    /// <summary>What the answer lets a member of the consumer protocol use; null when it tells nothing.</summary>
    public static string? Told(ConsumerGroupHeartbeatResponse response) => response.Assignment is { } assignment
        ? string.Join(',', assignment.TopicPartitions.SelectMany(topic => topic.Partitions))
        : null;

    /// <summary>The members as ConsumerGroupDescribe tells them: type, epoch, what they have and shall have.</summary>
    public string[] Described() =>
    [
        .. Group.Answer<ConsumerGroupDescribeResponse>(Group.Apply(ticket =>
                Group.Core.DescribeConsumer(ticket, Group.Image))).Groups[0].Members
            .Select(member => $"{(member.MemberType == 0 ? "classic" : "consumer")} @{member.MemberEpoch} "
                + $"{Numbers(member.Assignment)} -> {Numbers(member.TargetAssignment)}")
            .Order(),
    ];

    private static string Numbers(ConsumerGroupDescribeResponse.DescribedAssignment assignment) =>
        string.Join(',', assignment.TopicPartitions.SelectMany(topic => topic.Partitions));

    private static int[] Numbers(string partitions) => [.. partitions.Split(',').Select(int.Parse)];

    private static byte[] Bytes(IProtocolMessage message, short version)
    {
        using var writer = new ProtocolWriter();
        writer.WriteInt16(version);
        message.Write(writer, version);
        return writer.ToArray().ToArray();
    }
}
