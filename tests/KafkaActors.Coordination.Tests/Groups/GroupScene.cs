using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Tests.Groups;

/// <summary>
/// One group, with its actor's part played: every request has a ticket, records go through their bytes into a log, and
/// a ticket that is answered twice is found out at once.
/// </summary>
internal sealed class GroupScene
{
    public const string GroupId = "g";

    public static readonly GroupClient Client = new("c", "/127.0.0.1");

    private static readonly int[][] TenPartitions = [.. Enumerable.Repeat<int[]>([1], 10)];

    private readonly Dictionary<long, IResponseMessage> _answers = [];
    private readonly Dictionary<long, int> _recordsBefore = [];
    private readonly GroupServices _services;
    private long _nextTicket;

    public GroupScene(GroupSettings? settings = null, int seed = 1, int? maxBatchBytes = null)
    {
        var random = new Random(seed);
        _services = new GroupServices(settings ?? GroupSettings.Default, () => NewId(random));
        if (maxBatchBytes is { } limit) _services = _services with { MaxBatchBytes = () => limit };
        Core = new GroupCore(GroupId, _services, Now);
    }

    public GroupCore Core { get; private set; }

    /// <summary>The cluster's topics.</summary>
    public MetadataImage Image { get; set; } = Topics().Image;

    public TimeSpan Now { get; private set; } = TimeSpan.FromDays(20_000);

    /// <summary>Two topics of ten partitions each.</summary>
    public static ImageBuilder Topics() =>
        new ImageBuilder().Formed().Broker(1).Topic(1, "t", TenPartitions).Topic(2, "u", TenPartitions);

    /// <summary>The same when the first was deleted and made again.</summary>
    public static MetadataImage TopicMadeAgain() => Topics()
        .With(new MetadataEvent.TopicDeleted(ImageBuilder.Id(1))).Topic(3, "t", TenPartitions).Image;

    /// <summary>The records as they are read again.</summary>
    public List<CoordinatorRecord> Log { get; } = [];

    /// <summary>Why the group decided what it did, in order.</summary>
    public List<Cause> Causes { get; } = [];

    public string State => Describe().GroupState;

    public int TicketCount => (int)_nextTicket;

    public int AnswerCount => _answers.Count;

    public bool IsWaiting(long ticket) => !_answers.ContainsKey(ticket);

    public T Answer<T>(long ticket)
        where T : class, IResponseMessage
    {
        Assert.That(_answers, Contains.Key(ticket), "still waits");
        return (T)_answers[ticket];
    }

    /// <summary>How many records were in the log when the answer could leave: all of its decision's are.</summary>
    public int RecordsBehind(long ticket) => _recordsBefore[ticket];

    public long Join(
        string memberId = "", string? instance = null, short version = 3, string protocols = "range",
        string topics = "t", int sessionMs = 10_000, int rebalanceMs = 60_000, string type = "consumer",
        string clientId = "c", byte[]? metadata = null)
    {
        var request = new JoinGroupRequest
        {
            GroupId = GroupId,
            MemberId = memberId,
            GroupInstanceId = instance,
            SessionTimeoutMs = sessionMs,
            RebalanceTimeoutMs = rebalanceMs,
            ProtocolType = type,
            Protocols = metadata is null
                ? Requests.Protocols(protocols, topics)
                : [new() { Name = protocols, Metadata = metadata }],
        };
        var client = new GroupClient(clientId, Client.Host);
        return Apply(ticket => Core.Join(ticket, version, request, client, Image, Now));
    }

    public JoinGroupResponse Joined(long ticket) => Answer<JoinGroupResponse>(ticket);

    public long Sync(
        string memberId, int generation, string? instance = null, short version = 3,
        params (string Member, string Assignment)[] assignments)
    {
        SyncGroupRequest request = Requests.Sync(memberId, generation, assignments);
        request.GroupInstanceId = instance;
        if (version >= 5) (request.ProtocolType, request.ProtocolName) = ("consumer", "range");
        return Apply(ticket => Core.Sync(ticket, version, request, Image, Now));
    }

    public SyncGroupResponse Synced(long ticket) => Answer<SyncGroupResponse>(ticket);

    public ErrorCode Heartbeat(string memberId, int generation, string? instance = null)
    {
        HeartbeatRequest request = Requests.Heartbeat(memberId, generation, instance);
        return Answer<HeartbeatResponse>(Apply(ticket => Core.Heartbeat(ticket, request, Now))).ErrorCode;
    }

    public LeaveGroupResponse Leave(params (string MemberId, string? Instance)[] members)
    {
        var request = new LeaveGroupRequest
        {
            GroupId = GroupId,
            Members =
            [
                .. members.Select(member => new LeaveGroupRequest.MemberIdentity
                {
                    MemberId = member.MemberId,
                    GroupInstanceId = member.Instance,
                }),
            ],
        };
        return Answer<LeaveGroupResponse>(Apply(ticket => Core.Leave(ticket, 3, request, Image, Now)));
    }

    public ErrorCode Commit(
        string topic = "t", int partition = 0, long offset = 1, string memberId = "", int generation = -1,
        string? metadata = null, long retentionMs = -1, int leaderEpoch = -1, short version = 8)
    {
        OffsetCommitRequest request = Requests.Commit(memberId, generation, topic, partition, offset);
        request.RetentionTimeMs = retentionMs;
        request.Topics[0].Partitions[0].CommittedMetadata = metadata;
        request.Topics[0].Partitions[0].CommittedLeaderEpoch = new LeaderEpoch(leaderEpoch);
        long sent = Apply(ticket => Core.CommitOffsets(ticket, version, request, Image, Now));
        return Answer<OffsetCommitResponse>(sent).Topics[0].Partitions[0].ErrorCode;
    }

    /// <summary>What became of each partition of a commit from outside, in the order they were named.</summary>
    public ErrorCode[] CommitAll(params OffsetCommitRequest.OffsetCommitTopic[] topics)
    {
        OffsetCommitRequest request = Requests.Commit("", -1);
        request.Topics = topics;
        long sent = Apply(ticket => Core.CommitOffsets(ticket, 8, request, Image, Now));
        return [.. Answer<OffsetCommitResponse>(sent).Topics
            .SelectMany(topic => topic.Partitions).Select(partition => partition.ErrorCode)];
    }

    /// <summary>All that is committed, as <c>topic-partition=offset</c>.</summary>
    public string[] Committed() =>
        [.. Fetch(null).Topics.SelectMany(topic => topic.Partitions.Select(
            partition => $"{topic.Name}-{partition.PartitionIndex}={partition.CommittedOffset}")).Order()];

    public OffsetFetchResponse.OffsetFetchGroup Fetch(IReadOnlyList<OffsetFetchRequest.OffsetFetchTopic>? topics)
    {
        var request = new OffsetFetchRequest.OffsetFetchGroup { GroupId = GroupId, Topics = topics };
        return Answer<OffsetFetchResponse>(Apply(ticket => Core.FetchOffsets(ticket, request, Image))).Groups[0];
    }

    public OffsetDeleteResponse DeleteOffsets(string topic, params int[] partitions) =>
        Answer<OffsetDeleteResponse>(
            Apply(ticket => Core.DeleteOffsets(ticket, Requests.DeleteOffsets(topic, partitions), Image)));

    public ErrorCode Delete() =>
        Answer<DeleteGroupsResponse>(Apply(ticket => Core.DeleteGroup(ticket, Now))).Results[0].ErrorCode;

    public DescribeGroupsResponse.DescribedGroup Describe(short version = 5) =>
        Answer<DescribeGroupsResponse>(Apply(ticket => Core.Describe(ticket, version))).Groups[0];

    /// <summary>Gives the core an input that has a ticket.</summary>
    public long Apply(Func<long, CoordinatorResult> input)
    {
        long ticket = _nextTicket++;
        Take(input(ticket));
        return ticket;
    }

    public void Take(CoordinatorResult decision)
    {
        Causes.AddRange(decision.Causes);
        foreach (CoordinatorRecord record in decision.Records)
            Log.Add(GroupRecordCodec.Decode(record.EncodedKey, record.EncodedValue)!);
        foreach (CoordinatorAnswer answer in decision.Answers)
        {
            Assert.That(_answers.TryAdd(answer.Ticket, answer.Response), Is.True, $"{answer.Ticket} is answered twice");
            _recordsBefore[answer.Ticket] = Log.Count;
        }
    }

    /// <summary>Time passes; the core is ticked when it asks for it.</summary>
    public void Advance(TimeSpan time)
    {
        TimeSpan until = Now + time;
        while (Core.NextDeadline is { } deadline && deadline <= until)
        {
            Now = deadline > Now ? deadline : Now;
            Take(Core.Tick(Image, Now));
        }

        Now = until;
    }

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>Another coordinator reads the log.</summary>
    public GroupScene Reload(GroupSettings? settings = null)
    {
        Core = Loaded(settings);
        Take(Core.Loaded(Image, Now));
        return this;
    }

    /// <summary>A core as the log has it.</summary>
    public GroupCore Loaded(GroupSettings? settings = null)
    {
        var core = new GroupCore(GroupId, settings is null ? _services : _services with { Settings = settings }, Now);
        foreach (CoordinatorRecord record in Log) core.Replay(record);
        return core;
    }

    /// <summary>Plays the actor of that core from now on.</summary>
    public void Adopt(GroupCore core) => Core = core;

    /// <summary>A stable group in its first generation, with the leader first.</summary>
    public string[] Form(int memberCount)
    {
        long[] joins = [.. Enumerable.Range(0, memberCount).Select(_ => Join())];
        Advance(6);
        string[] members = [.. joins.Select(join => Joined(join).MemberId)];
        Complete(1, members);
        return members;
    }

    /// <summary>All members, the leader first, come through the sync barrier; each is assigned its own id.</summary>
    public void Complete(int generation, params string[] members)
    {
        foreach (string follower in members.Skip(1)) Sync(follower, generation);
        Sync(members[0], generation, assignments: [.. members.Select(member => (member, member))]);
        Assert.That(State, Is.EqualTo("Stable"));
    }

    public static Guid NewId(Random random)
    {
        byte[] bytes = new byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
