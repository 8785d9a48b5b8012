using KafkaActors.Broker.Hosting;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>Groups on a node of one test, because it is changed as a whole, or stopped and started.</summary>
public sealed class GroupNodeTests
{
    private const string OffsetsTopic = "__consumer_offsets";
    private const string Group = "group";
    private const string Settings = "offsets.topic.num.partitions = 2\ngroup.initial.rebalance.delay.ms = 0";

    /// <summary>How many members join; the default keeps the suite short.</summary>
    private const string MembersVariable = "KAFKA_ACTORS_MEMBERS";

    private TempDirectory _directory = null!;
    private KafkaActorsNode _node = null!;
    private KafkaWireClient _client = null!;

    [SetUp]
    public Task StartNode()
    {
        _directory = new TempDirectory();
        return StartAsync();
    }

    [TearDown]
    public async Task StopNode()
    {
        _client.Dispose();
        await _node.DisposeAsync();
        _directory.Dispose();
    }

    [Test]
    public async Task A_group_with_more_offsets_than_fit_into_a_batch_is_deleted_for_good()
    {
        string topic = new('n', 249);
        await CreateAsync(topic, 40);
        await LimitBatchesAsync(3_000);
        for (int first = 0; first < 40; first += 8)
            Assert.That(await CommitAsync(topic, Enumerable.Range(first, 8)), Is.All.EqualTo(ErrorCode.None));
        Assert.That(await CommitAsync(topic, Enumerable.Range(0, 20)),
            Is.All.EqualTo(ErrorCode.InvalidCommitOffsetSize));

        var deleted = await _client.AskAsync<DeleteGroupsResponse>(new DeleteGroupsRequest { GroupsNames = [Group] });

        Assert.That(deleted.Results.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(await OffsetsAsync(topic, 0, 39), Is.EqualTo(new long[] { -1, -1 }));
        await RestartAsync();
        Assert.That(await OffsetsAsync(topic, 0, 39), Is.EqualTo(new long[] { -1, -1 }));
    }

    [Test]
    public async Task Without_the_topic_of_offsets_memory_and_disk_tell_one_truth_before_and_after_a_restart()
    {
        await CreateAsync("t", 1);
        Assert.That(await CommitAsync("t", [0]), Is.All.EqualTo(ErrorCode.None));
        var deleted = await _client.AskAsync<DeleteTopicsResponse>(
            new DeleteTopicsRequest { TimeoutMs = 30_000, Topics = [new() { Name = OffsetsTopic }] });
        long expected = deleted.Responses[0].ErrorCode == ErrorCode.None ? -1 : 7;
        await ServedAsync();
        Assert.That(await OffsetsAsync("t", 0), Is.EqualTo(new[] { expected }));
        await RestartAsync();
        Assert.That(await OffsetsAsync("t", 0), Is.EqualTo(new[] { expected }));
    }

    [Test]
    public async Task Offsets_of_topics_that_are_made_again_stay_gone_after_a_restart()
    {
        await CreateAsync("t", 2);
        Assert.That(await CommitAsync("t", [0, 1]), Is.All.EqualTo(ErrorCode.None));
        await _client.AskAsync<DeleteTopicsResponse>(
            new DeleteTopicsRequest { TimeoutMs = 30_000, Topics = [new() { Name = "t" }] });
        await CreateAsync("t", 2);
        Assert.That(await CommitAsync("t", [1]), Is.All.EqualTo(ErrorCode.None));
        Assert.That(await OffsetsAsync("t", 0, 1), Is.EqualTo(new long[] { -1, 7 }));
        await RestartAsync();
        Assert.That(await OffsetsAsync("t", 0, 1), Is.EqualTo(new long[] { -1, 7 }));
    }

    [Test]
    public async Task Members_of_a_large_group_join_in_time_that_grows_with_their_number()
    {
        int members = int.Parse(
            Environment.GetEnvironmentVariable(MembersVariable) ?? "600",
            System.Globalization.CultureInfo.InvariantCulture);
        await CreateAsync("t", 16);
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        for (int member = 0; member < members; member++)
            await _client.SendAsync(Join(member));
        for (int member = 0; member < members; member++)
        {
            var joined = await _client.ReceiveAsync<ConsumerGroupHeartbeatResponse>();
            Assert.That(joined.ErrorCode, Is.EqualTo(ErrorCode.None), joined.ErrorMessage);
        }

        TimeSpan time = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        await TestContext.Out.WriteLineAsync(
            $"{members} members ({MembersVariable} says how many) joined in {time.TotalMilliseconds:F0} ms");
        Assert.That(time, Is.LessThan(TimeSpan.FromMilliseconds(members * 5) + TimeSpan.FromSeconds(5)));
    }

    private static ConsumerGroupHeartbeatRequest Join(int member) => new()
    {
        GroupId = Group,
        MemberId = $"member-{member}",
        MemberEpoch = 0,
        RebalanceTimeoutMs = 60_000,
        SubscribedTopicNames = ["t"],
        TopicPartitions = [],
    };

    private async Task StartAsync()
    {
        _node = await KafkaActorsNode.StartAsync(
            ListenerNode.Config(_directory.Path, Settings), new NodeOptions());
        _client = await KafkaWireClient.ConnectAsync("127.0.0.1", ListenerNode.Door(_node).Port);
        await ServedAsync();
    }

    private async Task RestartAsync()
    {
        _client.Dispose();
        await _node.DisposeAsync();
        await StartAsync();
    }

    private async Task CreateAsync(string topic, int partitions)
    {
        var created = await _client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            TimeoutMs = 30_000, Topics = [new() { Name = topic, NumPartitions = partitions, ReplicationFactor = 1 }],
        });
        Assert.That(created.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.None), created.Topics[0].ErrorMessage);
    }

    private async Task LimitBatchesAsync(int bytes)
    {
        var altered = await _client.AskAsync<IncrementalAlterConfigsResponse>(new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new()
                {
                    ResourceType = 2,
                    ResourceName = OffsetsTopic,
                    Configs = [new() { Name = "max.message.bytes", Value = $"{bytes}" }],
                },
            ],
        });
        Assert.That(altered.Responses[0].ErrorCode, Is.EqualTo(ErrorCode.None), altered.Responses[0].ErrorMessage);
    }

    private async Task<ErrorCode[]> CommitAsync(string topic, IEnumerable<int> partitions)
    {
        var committed = await _client.AskAsync<OffsetCommitResponse>(GroupCalls.Commit(Group, topic, partitions));
        return [.. committed.Topics[0].Partitions.Select(partition => partition.ErrorCode)];
    }

    private async Task<long[]> OffsetsAsync(string topic, params int[] partitions)
    {
        var fetched = await _client.AskAsync<OffsetFetchResponse>(new OffsetFetchRequest
        {
            Groups = [new() { GroupId = Group, Topics = [new() { Name = topic, PartitionIndexes = partitions }] }],
        });
        Assert.That(fetched.Groups[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        return [.. fetched.Groups[0].Topics[0].Partitions.Select(partition => partition.CommittedOffset)];
    }

    private Task ServedAsync() => Eventually.True(
        async () =>
        {
            var found = await _client.AskAsync<FindCoordinatorResponse>(
                new FindCoordinatorRequest { CoordinatorKeys = [Group] });
            var fetched = await _client.AskAsync<OffsetFetchResponse>(
                new OffsetFetchRequest { Groups = [new() { GroupId = Group }] });
            return found.Coordinators[0].ErrorCode == ErrorCode.None && fetched.Groups[0].ErrorCode == ErrorCode.None;
        },
        "the coordinator serves the group");
}
