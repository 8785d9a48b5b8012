using System.Buffers.Binary;
using System.Text;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>
/// What clients send to groups that is too large, too long, or about what does not exist: it is refused to who sent
/// it, with an answer, and a group beside it notices nothing.
/// </summary>
public sealed class GroupRequestTests
{
    private const int EveryGroupOperation = 0b1101_0100_1000;

    private static int last;

    private string _group = "";
    private KafkaWireClient _client = null!;
    private KafkaWireClient _neighbour = null!;
    private string _neighbourId = "";
    private int _neighbourEpoch;

    [SetUp]
    public async Task JoinNeighbour()
    {
        _group = $"group-{Interlocked.Increment(ref last)}";
        _client = await ListenerNode.ConnectAsync();
        _neighbour = await ListenerNode.ConnectAsync();
        await CoordinatorAsync();
        (string topic, _) = await ListenerNode.CreateTopicAsync(_client);
        _neighbourId = $"{_group}-neighbour";
        ConsumerGroupHeartbeatResponse joined = await Beat(_neighbour, _neighbourId, _neighbourId, 0, [topic]);
        Assert.That(joined.ErrorCode, Is.EqualTo(ErrorCode.None), joined.ErrorMessage);
        _neighbourEpoch = joined.MemberEpoch;
    }

    [TearDown]
    public async Task NeighbourNoticedNothing()
    {
        ConsumerGroupHeartbeatResponse beat =
            await Beat(_neighbour, _neighbourId, _neighbourId, _neighbourEpoch, null);
        Assert.That(beat.ErrorCode, Is.EqualTo(ErrorCode.None), "the other group");
        await Beat(_neighbour, _neighbourId, _neighbourId, -1, null);
        _client.Dispose();
        _neighbour.Dispose();
    }

    [Test]
    public async Task A_commit_of_more_than_the_log_takes_is_refused_to_its_sender()
    {
        (string topic, _) = await ListenerNode.CreateTopicAsync(_client, partitions: 300);
        OffsetCommitRequest request = Commit(topic, [.. Enumerable.Range(0, 300)]);
        foreach (OffsetCommitRequest.OffsetCommitPartition partition in request.Topics[0].Partitions)
            partition.CommittedMetadata = new string('x', 4096);
        for (int i = 0; i < 5; i++)
            Assert.That(Errors(await _client.AskAsync<OffsetCommitResponse>(request)),
                Is.EqualTo(Enumerable.Repeat(ErrorCode.InvalidCommitOffsetSize, 300)));
        Assert.That(await FetchAsync(topic), Is.EqualTo(-1));
    }

    [TestCase((short)2)]
    [TestCase((short)7)]
    [TestCase((short)9)]
    public async Task A_commit_for_partitions_that_do_not_exist_is_refused_and_not_stored(short version)
    {
        (string topic, _) = await ListenerNode.CreateTopicAsync(_client);
        OffsetCommitRequest request = Commit(topic, 999, -5, 0);
        request.Topics = [.. request.Topics, .. Commit("no-such-topic", 0).Topics];
        ErrorCode unknown = ErrorCode.UnknownTopicOrPartition;
        Assert.That(Errors(await _client.AskAsync<OffsetCommitResponse>(request, version)),
            Is.EqualTo(new[] { unknown, unknown, ErrorCode.None, unknown }));
        OffsetFetchResponse stored = await _client.AskAsync<OffsetFetchResponse>(
            new OffsetFetchRequest { Groups = [new() { GroupId = _group, Topics = null }] });
        Assert.That(
            stored.Groups[0].Topics.Single().Partitions.Select(partition => partition.PartitionIndex),
            Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public async Task An_assignment_of_more_than_the_log_takes_is_refused_to_its_group()
    {
        JoinGroupResponse joined = await JoinAsync(await JoinedIdAsync());
        var sync = new SyncGroupRequest
        {
            GroupId = _group,
            MemberId = joined.MemberId,
            GenerationId = joined.GenerationId,
            ProtocolType = "consumer",
            ProtocolName = "range",
            Assignments = [new() { MemberId = joined.MemberId, Assignment = new byte[1_200_000] }],
        };
        var synced = await _client.AskAsync<SyncGroupResponse>(sync);
        Assert.That(synced.ErrorCode, Is.EqualTo(ErrorCode.UnknownServerError));
        joined = await JoinAsync(joined.MemberId);
        Assert.That(joined.ErrorCode, Is.EqualTo(ErrorCode.None), "the group goes on");
        sync.GenerationId = joined.GenerationId;
        sync.Assignments = [];
        Assert.That((await _client.AskAsync<SyncGroupResponse>(sync)).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_member_that_names_more_than_the_log_takes_is_told_so()
    {
        string[] names =
            [.. Enumerable.Range(0, 40_000).Select(number => $"a-topic-with-a-name-of-some-length-{number}")];
        ConsumerGroupHeartbeatResponse refused = await Beat(_client, _group, "member", 0, names);
        Assert.That(refused.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(refused.ErrorMessage, Does.Contain("max.message.bytes"));
    }

    [Test]
    public async Task A_topic_that_is_deleted_and_made_again_has_no_offsets()
    {
        (string topic, _) = await ListenerNode.CreateTopicAsync(_client);
        await _client.AskAsync<OffsetCommitResponse>(Commit(topic, 0));
        Assert.That(await FetchAsync(topic), Is.EqualTo(7));
        for (int i = 0; i < 3; i++)
        {
            await DeleteAsync(topic);
            await CreateAsync([topic], 1);
            Assert.That(await FetchAsync(topic), Is.EqualTo(-1));
            Assert.That(Errors(await _client.AskAsync<OffsetCommitResponse>(Commit(topic, 0))),
                Is.EqualTo(new[] { ErrorCode.None }));
            Assert.That(await FetchAsync(topic), Is.EqualTo(7));
        }
    }

    [Test]
    public async Task A_client_id_that_leaves_no_room_for_a_member_id_is_answered()
    {
        using var writer = new ProtocolWriter();
        RequestFrame.Write(writer, Join(""), 5, 1, new string('c', 32_760));
        await _client.SendRawAsync(writer.ToArray());
        byte[] answer = (await _client.ReceiveFrameAsync())!;
        var reader = new ProtocolReader(answer);
        ResponseHeader.Read(ref reader, ApiKey.JoinGroup, 5);
        Assert.That(JoinGroupResponse.Read(ref reader, 5).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public async Task An_instance_id_that_leaves_no_room_for_a_member_id_is_answered()
    {
        JoinGroupRequest join = Join("");
        join.GroupInstanceId = new string('i', short.MaxValue);
        Assert.That((await _client.AskAsync<JoinGroupResponse>(join, 5)).ErrorCode,
            Is.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public async Task An_expression_that_is_longer_than_any_string_is_answered_and_the_connection_goes_on()
    {
        const int Length = 100_000;
        ConsumerGroupHeartbeatRequest join = HeartbeatOf(_group, "member", 0, []);
        join.SubscribedTopicRegex = new string('a', 20_000);
        byte[] frame = _client.Begin(join, 1);
        byte[] written = new byte[3];
        int place = frame.AsSpan().IndexOf(Encoding.ASCII.GetBytes(new string('a', 20_000)));
        int size = Varint.WriteUInt32(written, Length + 1);
        byte[] longer =
            [.. frame[..(place - size)], .. written[..size], .. new byte[Length], .. frame[(place + 20_000)..]];
        BinaryPrimitives.WriteInt32BigEndian(longer, longer.Length - sizeof(int));
        await _client.SendRawAsync(longer);
        var refused = await _client.ReceiveAsync<ConsumerGroupHeartbeatResponse>();
        Assert.That(refused.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(refused.ErrorMessage, Does.Contain("cannot be read"));
        Assert.That((await Beat(_client, _group, "member", 5, null)).ErrorCode, Is.EqualTo(ErrorCode.GroupIdNotFound));
    }

    [Test]
    public async Task Names_as_long_as_there_can_be_are_answered_by_every_request_of_a_group()
    {
        string longest = new('x', short.MaxValue);
        string regex = new('(', short.MaxValue);
        var heartbeat = new ConsumerGroupHeartbeatRequest
        {
            GroupId = longest, MemberId = longest, InstanceId = longest, MemberEpoch = 5,
        };
        Assert.That((await _client.AskAsync<ConsumerGroupHeartbeatResponse>(heartbeat)).ErrorCode,
            Is.EqualTo(ErrorCode.GroupIdNotFound));
        ConsumerGroupHeartbeatRequest join = HeartbeatOf(_group, "member", 0, []);
        join.SubscribedTopicRegex = regex;
        var refused = await _client.AskAsync<ConsumerGroupHeartbeatResponse>(join);
        Assert.That(refused.ErrorCode, Is.EqualTo(ErrorCode.InvalidRegularExpression));
        Assert.That(refused.ErrorMessage, Has.Length.LessThanOrEqualTo(ProtocolWriter.MaxErrorTextLength));
        join.SubscribedTopicRegex = null;
        join.ServerAssignor = longest;
        Assert.That((await _client.AskAsync<ConsumerGroupHeartbeatResponse>(join)).ErrorCode,
            Is.EqualTo(ErrorCode.UnsupportedAssignor));
        var described = await _client.AskAsync<DescribeGroupsResponse>(
            new DescribeGroupsRequest { Groups = [longest, longest] });
        Assert.That(described.Groups.Single().ErrorCode, Is.EqualTo(ErrorCode.GroupIdNotFound));
        var consumers = await _client.AskAsync<ConsumerGroupDescribeResponse>(
            new ConsumerGroupDescribeRequest { GroupIds = [longest] });
        Assert.That(consumers.Groups[0].ErrorCode, Is.EqualTo(ErrorCode.GroupIdNotFound));
        var found = await _client.AskAsync<FindCoordinatorResponse>(
            new FindCoordinatorRequest { CoordinatorKeys = [longest] });
        Assert.That(found.Coordinators[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((await JoinAsync(longest)).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        OffsetCommitRequest commit = Commit(longest, 0);
        commit.GroupId = longest;
        Assert.That(Errors(await _client.AskAsync<OffsetCommitResponse>(commit)),
            Is.EqualTo(new[] { ErrorCode.UnknownTopicOrPartition }));
    }

    [TestCase(int.MinValue, ErrorCode.InvalidSessionTimeout)]
    [TestCase(-1, ErrorCode.InvalidSessionTimeout)]
    [TestCase(0, ErrorCode.InvalidSessionTimeout)]
    [TestCase(5_999, ErrorCode.InvalidSessionTimeout)]
    [TestCase(6_000, ErrorCode.MemberIdRequired)]
    [TestCase(1_800_000, ErrorCode.MemberIdRequired)]
    [TestCase(1_800_001, ErrorCode.InvalidSessionTimeout)]
    [TestCase(int.MaxValue, ErrorCode.InvalidSessionTimeout)]
    public async Task A_session_timeout_has_bounds(int sessionMs, ErrorCode expected)
    {
        JoinGroupRequest join = Join("");
        join.SessionTimeoutMs = sessionMs;
        Assert.That((await _client.AskAsync<JoinGroupResponse>(join)).ErrorCode, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_group_tells_what_may_be_done_with_it_to_who_asks([Values] bool isAsked)
    {
        int expected = isAsked ? EveryGroupOperation : int.MinValue;
        (string topic, _) = await ListenerNode.CreateTopicAsync(_client);
        await _client.AskAsync<OffsetCommitResponse>(Commit(topic, 0));
        var request = new DescribeGroupsRequest { Groups = [_group], IncludeAuthorizedOperations = isAsked };
        for (short version = 3; version <= KafkaWireClient.Newest(request); version++)
            Assert.That((await _client.AskAsync<DescribeGroupsResponse>(request, version)).Groups[0]
                .AuthorizedOperations, Is.EqualTo(expected), $"version {version}");
        var consumers = new ConsumerGroupDescribeRequest
        {
            GroupIds = [_neighbourId], IncludeAuthorizedOperations = isAsked,
        };
        foreach (short version in new short[] { 0, 1 })
            Assert.That((await _client.AskAsync<ConsumerGroupDescribeResponse>(consumers, version)).Groups[0]
                .AuthorizedOperations, Is.EqualTo(expected), $"version {version}");
    }

    [Test]
    public async Task A_member_that_leaves_twice_in_one_request_is_unknown_the_second_time()
    {
        JoinGroupResponse joined = await JoinAsync(await JoinedIdAsync());
        var left = await _client.AskAsync<LeaveGroupResponse>(new LeaveGroupRequest
        {
            GroupId = _group, Members = [new() { MemberId = joined.MemberId }, new() { MemberId = joined.MemberId }],
        });
        Assert.That(left.Members.Select(member => member.ErrorCode),
            Is.EqualTo(new[] { ErrorCode.None, ErrorCode.UnknownMemberId }));
    }

    private static IEnumerable<ErrorCode> Errors(OffsetCommitResponse response) =>
        response.Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.ErrorCode);

    private static ConsumerGroupHeartbeatRequest HeartbeatOf(
        string group, string member, int epoch, IReadOnlyList<string>? topics) => new()
        {
            GroupId = group,
            MemberId = member,
            MemberEpoch = epoch,
            RebalanceTimeoutMs = epoch == 0 ? 60_000 : -1,
            SubscribedTopicNames = topics,
            TopicPartitions = epoch == 0 ? [] : null,
        };

    private static Task<ConsumerGroupHeartbeatResponse> Beat(
        KafkaWireClient client, string group, string member, int epoch, IReadOnlyList<string>? topics) =>
        client.AskAsync<ConsumerGroupHeartbeatResponse>(HeartbeatOf(group, member, epoch, topics));

    private OffsetCommitRequest Commit(string topic, params int[] partitions) =>
        GroupCalls.Commit(_group, topic, partitions);

    private JoinGroupRequest Join(string memberId) => new()
    {
        GroupId = _group,
        MemberId = memberId,
        SessionTimeoutMs = 10_000,
        RebalanceTimeoutMs = 10_000,
        ProtocolType = "consumer",
        Protocols = [new() { Name = "range", Metadata = new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 } }],
    };

    private async Task<string> JoinedIdAsync()
    {
        JoinGroupResponse given = await JoinAsync("");
        Assert.That(given.ErrorCode, Is.EqualTo(ErrorCode.MemberIdRequired));
        return given.MemberId;
    }

    private Task<JoinGroupResponse> JoinAsync(string memberId) =>
        _client.AskAsync<JoinGroupResponse>(Join(memberId));

    private async Task<long> FetchAsync(string topic, int partition = 0)
    {
        var fetched = await _client.AskAsync<OffsetFetchResponse>(new OffsetFetchRequest
        {
            Groups = [new() { GroupId = _group, Topics = [new() { Name = topic, PartitionIndexes = [partition] }] }],
        });
        Assert.That(fetched.Groups[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        return fetched.Groups[0].Topics[0].Partitions[0].CommittedOffset;
    }

    private async Task CreateAsync(string[] names, int partitions)
    {
        var created = await _client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            TimeoutMs = 30_000,
            Topics = [.. names.Select(name => new CreateTopicsRequest.CreatableTopic
            {
                Name = name, NumPartitions = partitions, ReplicationFactor = 1,
            })],
        });
        Assert.That(created.Topics.Select(topic => topic.ErrorCode), Is.All.EqualTo(ErrorCode.None));
    }

    private async Task DeleteAsync(params string[] names)
    {
        var deleted = await _client.AskAsync<DeleteTopicsResponse>(new DeleteTopicsRequest
        {
            TimeoutMs = 30_000,
            Topics = [.. names.Select(name => new DeleteTopicsRequest.DeleteTopicState { Name = name })],
        });
        Assert.That(deleted.Responses.Select(topic => topic.ErrorCode), Is.All.EqualTo(ErrorCode.None));
    }

    /// <summary>Waits until the groups' coordinator is found and serves.</summary>
    private Task CoordinatorAsync() => Eventually.True(
        async () =>
        {
            var found = await _client.AskAsync<FindCoordinatorResponse>(
                new FindCoordinatorRequest { CoordinatorKeys = [_group] });
            var fetched = await _client.AskAsync<OffsetFetchResponse>(
                new OffsetFetchRequest { Groups = [new() { GroupId = _group }] });
            return found.Coordinators[0].ErrorCode == ErrorCode.None && fetched.Groups[0].ErrorCode == ErrorCode.None;
        },
        "the coordinator serves the group");
}
