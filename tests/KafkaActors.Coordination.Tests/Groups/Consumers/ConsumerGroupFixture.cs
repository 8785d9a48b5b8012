using System.Text;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

/// <summary>One consumer group with its topics, its clock and its log, for tests to talk to.</summary>
internal sealed class ConsumerGroupFixture
{
    public const int RebalanceTimeoutMs = 60_000;
    public const string GroupId = "group";

    private static readonly GroupClient Client = new("client", "/127.0.0.1");

    private readonly GroupServices _services;
    private readonly ConsumerGroupRules _rules;
    private readonly ImageBuilder _topics = new();
    private int _ids;

    public ConsumerGroupFixture(GroupSettings? settings = null, ConsumerGroupRules? rules = null)
    {
        _rules = rules ?? ConsumerGroupRules.Correct;
        _services = new GroupServices(settings ?? GroupSettings.Default, () => new Guid(++_ids, 0, 0, new byte[8]));
        Group = new ConsumerGroup(GroupId, _services, _rules);
        _topics.Formed().Broker(1);
    }

    public ConsumerGroup Group { get; private set; }

    public MetadataImage Image => _topics.Image;

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(1);

    /// <summary>Every record the group ever wrote.</summary>
    public List<CoordinatorRecord> Log { get; } = [];

    /// <summary>The states between which inputs took the group.</summary>
    public HashSet<(ConsumerGroupState From, ConsumerGroupState To)> Transitions { get; } = [];

    /// <summary>What compaction leaves of the log: the last record of each key, tombstones gone.</summary>
    public IEnumerable<CoordinatorRecord> CompactedLog => Log.Index()
        .GroupBy(record => KeyOf(record.Item)).Select(records => records.Last())
        .Where(record => record.Item.Value is not null)
        .OrderBy(record => record.Index).Select(record => record.Item);

    /// <summary>The records of the last input.</summary>
    public IReadOnlyList<CoordinatorRecord> Written { get; private set; } = [];

    public static ConsumerGroupHeartbeatRequest JoinRequest(string memberId, params string[] topics) => new()
    {
        GroupId = GroupId,
        MemberId = memberId,
        MemberEpoch = ConsumerHeartbeat.Join,
        RebalanceTimeoutMs = RebalanceTimeoutMs,
        SubscribedTopicNames = topics,
        TopicPartitions = [],
    };

    public static ConsumerGroupHeartbeatRequest Request(string memberId, int epoch, PartitionSet? owned = null) => new()
    {
        GroupId = GroupId,
        MemberId = memberId,
        MemberEpoch = epoch,
        TopicPartitions = owned is null
            ? null
            : [.. owned.ByTopic.Select(topic => new ConsumerGroupHeartbeatRequest.OwnedTopic
            {
                TopicId = topic.TopicId,
                Partitions = topic.Partitions,
            })],
    };

    public static PartitionSet PartitionsOf(int topic, params int[] partitions) =>
        PartitionSet.Of(partitions.Select(partition => ImageBuilder.Partition(topic, partition)));

    /// <summary>What the answer tells the member it may use; null when it tells nothing.</summary>
    public static PartitionSet? Told(ConsumerGroupHeartbeatResponse response) => response.Assignment is { } assignment
        ? PartitionSet.OfTopics(assignment.TopicPartitions.Select(topic => (topic.TopicId, topic.Partitions)))
        : null;

    /// <summary>By which the log is compacted.</summary>
    public static (short Type, string? MemberId) KeyOf(CoordinatorRecord record) => (record.KeyType, record.Key switch
    {
        ConsumerGroupMemberMetadataKey key => key.MemberId,
        ConsumerGroupTargetAssignmentMemberKey key => key.MemberId,
        ConsumerGroupCurrentMemberAssignmentKey key => key.MemberId,
        _ => null,
    });

    /// <summary>All there is to know of a group, so that equal texts are equal groups.</summary>
    public static string Text(ConsumerGroup group)
    {
        var text = new StringBuilder($"{group.State} {group.Epoch} {group.TargetEpoch}");
        foreach (ConsumerGroupMember member in group.Members)
        {
            MemberMetadata metadata = member.Metadata;
            text.Append($"\n{member.MemberId} {metadata.InstanceId} {metadata.RackId} {metadata.Client}")
                .Append($" {metadata.RebalanceTimeout} {metadata.Assignor} {metadata.TopicRegex} {metadata.Classic}")
                .Append($" {string.Join(',', metadata.TopicNames)} {member.Current}")
                .Append($" -> {group.Target(member.MemberId)}");
        }

        return text.ToString();
    }

    public ConsumerGroupFixture WithTopic(int topic, string name, int partitions)
    {
        _topics.Topic(topic, name, [.. Enumerable.Repeat<int[]>([1], partitions)]);
        return this;
    }

    public void AddPartition(int topic)
    {
        TopicId id = ImageBuilder.Id(topic);
        _topics.With(new PartitionAdded(
            new TopicIdPartition(id, Image.Topic(id)!.Partitions.Count), ImageBuilder.Nodes(1), new NodeId(1),
            new LeaderEpoch(0), new PartitionEpoch(0), ImageBuilder.Nodes(1), []));
    }

    public void Configure(string name, string? value) =>
        _topics.With(new ConfigChanged(ConfigResource.Group(GroupId), name, value));

    public void DeleteTopic(int topic) => _topics.With(new TopicDeleted(ImageBuilder.Id(topic)));

    public ConsumerGroupHeartbeatResponse Send(ConsumerGroupHeartbeatRequest request, short version = 1)
    {
        ConsumerGroupState before = Group.State;
        CoordinatorResult decision = Group.Heartbeat(7, request, version, Client, Image, Now);
        Take(before, decision.Records);
        Assert.That(decision.Answers, Has.Count.EqualTo(1));
        Assert.That(decision.Answers[0].Ticket, Is.EqualTo(7));
        return (ConsumerGroupHeartbeatResponse)decision.Answers[0].Response;
    }

    public ConsumerGroupHeartbeatResponse Join(string memberId, params string[] topics) =>
        Send(JoinRequest(memberId, topics));

    public ConsumerGroupHeartbeatResponse JoinStatic(string memberId, string instanceId, params string[] topics)
    {
        ConsumerGroupHeartbeatRequest request = JoinRequest(memberId, topics);
        request.InstanceId = instanceId;
        return Send(request);
    }

    /// <summary>A heartbeat at the epoch the group has for the member.</summary>
    public ConsumerGroupHeartbeatResponse Beat(string memberId, PartitionSet? owned = null) =>
        Send(Request(memberId, Group.Member(memberId)!.Current.MemberEpoch, owned));

    public ConsumerGroupHeartbeatResponse Leave(
        string memberId, string? instanceId = null, int epoch = ConsumerHeartbeat.Leave)
    {
        ConsumerGroupHeartbeatRequest request = Request(memberId, epoch);
        request.InstanceId = instanceId;
        return Send(request);
    }

    /// <summary>Time passes; the group is ticked whenever it asked for that.</summary>
    public void Pass(TimeSpan time)
    {
        TimeSpan end = Now + time;
        var written = new List<CoordinatorRecord>();
        while (Group.NextDeadline <= end)
        {
            Now = Group.NextDeadline.Value > Now ? Group.NextDeadline.Value : Now;
            ConsumerGroupState before = Group.State;
            Take(before, Group.Tick(Image, Now).Records);
            written.AddRange(Written);
        }

        Now = end;
        Written = written;
    }

    public ErrorCode Delete()
    {
        ConsumerGroupState before = Group.State;
        ErrorCode error = Group.Delete(out IReadOnlyList<CoordinatorRecord> records);
        Take(before, records);
        return error;
    }

    /// <summary>Members heartbeat, owning what they were told, until nothing changes.</summary>
    public void Settle()
    {
        for (int round = 0; round < 4; round++)
            foreach (string memberId in Group.Members.Where(member => !member.Current.HasDeparted)
                .Select(member => member.MemberId).ToArray())
                Beat(memberId, Group.Member(memberId)!.Current.Assigned);
    }

    /// <summary>The coordinator moved: another group, from the same log.</summary>
    public void Reload()
    {
        Group = Replayed(Log);
        Group.Loaded(Image, Now);
    }

    public ConsumerGroup Replayed(IEnumerable<CoordinatorRecord> records)
    {
        var group = new ConsumerGroup(GroupId, _services, _rules);
        foreach (CoordinatorRecord record in records) group.Replay(record);
        return group;
    }

    private void Take(ConsumerGroupState before, IReadOnlyList<CoordinatorRecord> records)
    {
        Transitions.Add((before, Group.State));
        Written = records;
        Log.AddRange(records);
    }
}
