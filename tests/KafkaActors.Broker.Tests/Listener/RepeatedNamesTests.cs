using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>A request that names one thing twice is treated as Kafka treats it for that API.</summary>
public sealed class RepeatedNamesTests
{
    private KafkaWireClient _client = null!;
    private string _topic = null!;
    private TopicId _id;

    [SetUp]
    public async Task Connect()
    {
        _client = await ListenerNode.ConnectAsync();
        (_topic, _id) = await ListenerNode.CreateTopicAsync(_client);
    }

    [TearDown]
    public void Disconnect() => _client.Dispose();

    [Test]
    public async Task ListOffsets_refuses_a_partition_once_and_answers_the_others()
    {
        var response = await _client.AskAsync<ListOffsetsResponse>(new ListOffsetsRequest
        {
            ReplicaId = NodeId.None,
            Topics =
            [
                new() { Name = _topic, Partitions = [new() { Timestamp = -1 }, new() { PartitionIndex = 7 }] },
                new() { Name = _topic, Partitions = [new() { Timestamp = -2 }] },
            ],
        });
        Assert.That(
            response.Topics[0].Partitions.Select(row => (row.PartitionIndex, row.ErrorCode)),
            Is.EqualTo(new[] { (0, ErrorCode.InvalidRequest), (7, ErrorCode.UnknownTopicOrPartition) }));
        Assert.That(response.Topics, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task CreateTopics_creates_none_of_two_and_refuses_once()
    {
        string name = $"{_topic}-new";
        var response = await _client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics =
            [
                new() { Name = name, NumPartitions = 1, ReplicationFactor = 1 },
                // Wrong by itself as well: the other one must not be created because of that.
                new() { Name = name, NumPartitions = -1, Assignments = [new() { PartitionIndex = 5 }] },
            ],
        });
        Assert.That(response.Topics.Select(row => row.ErrorCode), Is.EqualTo(new[] { ErrorCode.InvalidRequest }));
        Assert.That(await ErrorOfAsync(name), Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [Test]
    public async Task CreateTopics_takes_the_last_value_of_a_setting_and_no_null()
    {
        CreateTopicsRequest.CreatableTopic Topic(string name, params string?[] values) => new()
        {
            Name = name,
            NumPartitions = 1,
            ReplicationFactor = 1,
            Configs = [.. values.Select(value =>
                new CreateTopicsRequest.CreatableTopicConfig { Name = "retention.ms", Value = value })],
        };
        var response = await _client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics = [Topic($"{_topic}-a", "5000", "6000"), Topic($"{_topic}-b", "5000", null)],
        });
        var rows = response.Topics.ToDictionary(row => row.Name);
        Assert.That(rows[$"{_topic}-b"].ErrorCode, Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(
            rows[$"{_topic}-a"].Configs!.Single(config => config.Name == "retention.ms").Value, Is.EqualTo("6000"));
    }

    [Test]
    public async Task CreatePartitions_refuses_once()
    {
        var response = await _client.AskAsync<CreatePartitionsResponse>(new CreatePartitionsRequest
        {
            Topics = [new() { Name = _topic, Count = 2 }, new() { Name = _topic, Count = 3 }],
        });
        Assert.That(response.Results.Select(row => row.ErrorCode), Is.EqualTo(new[] { ErrorCode.InvalidRequest }));
    }

    [TestCase((short)1)]
    [TestCase((short)5)]
    public async Task DeleteTopics_deletes_none_that_is_named_twice(short version)
    {
        var response = await _client.AskAsync<DeleteTopicsResponse>(
            new DeleteTopicsRequest { TopicNames = [_topic, _topic] }, version);
        Assert.That(response.Responses.Select(row => row.ErrorCode), Is.EqualTo(new[] { ErrorCode.InvalidRequest }));
        Assert.That(await ErrorOfAsync(_topic), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task DeleteTopics_deletes_none_that_is_named_by_name_and_id_or_by_neither()
    {
        var response = await _client.AskAsync<DeleteTopicsResponse>(new DeleteTopicsRequest
        {
            Topics =
            [
                new() { Name = _topic }, new() { TopicId = _id }, new() { Name = null },
                new() { Name = "other", TopicId = _id },
            ],
        });
        Assert.That(response.Responses.Select(row => row.ErrorCode), Is.All.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(response.Responses, Has.Count.EqualTo(3));
        Assert.That(await ErrorOfAsync(_topic), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task DeleteRecords_takes_the_last_offset_of_a_partition_and_answers_once()
    {
        for (int i = 0; i < 3; i++)
            await _client.AskAsync<ProduceResponse>(SampleRequests.Produce(_topic, SampleRequests.Batch("a")));
        var response = await _client.AskAsync<DeleteRecordsResponse>(new DeleteRecordsRequest
        {
            TimeoutMs = 10_000,
            Topics =
            [
                new() { Name = _topic, Partitions = [new() { Offset = 3 }, new() { Offset = 2 }] },
                new() { Name = _topic, Partitions = [new() { Offset = 1 }] },
            ],
        });
        Assert.That(
            response.Topics.SelectMany(topic => topic.Partitions).Select(row => (row.ErrorCode, row.LowWatermark)),
            Is.EqualTo(new[] { (ErrorCode.None, 1L) }));
    }

    [Test]
    public async Task DescribeProducers_answers_once()
    {
        var response = await _client.AskAsync<DescribeProducersResponse>(new DescribeProducersRequest
        {
            Topics =
            [
                new() { Name = _topic, PartitionIndexes = [0, 0] }, new() { Name = _topic, PartitionIndexes = [0] },
                new() { Name = "not a name", PartitionIndexes = [0] },
            ],
        });
        Assert.That(
            response.Topics.SelectMany(topic => topic.Partitions).Select(row => row.ErrorCode),
            Is.EqualTo(new[] { ErrorCode.None, ErrorCode.InvalidTopicException }));
    }

    [Test]
    public async Task AlterConfigs_and_IncrementalAlterConfigs_refuse_once()
    {
        const sbyte topic = 2;
        var altered = await _client.AskAsync<AlterConfigsResponse>(new AlterConfigsRequest
        {
            Resources =
            [
                new() { ResourceType = topic, ResourceName = _topic },
                new() { ResourceType = topic, ResourceName = _topic },
            ],
        });
        var incremental = await _client.AskAsync<IncrementalAlterConfigsResponse>(new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new() { ResourceType = topic, ResourceName = _topic },
                new() { ResourceType = topic, ResourceName = _topic },
            ],
        });
        Assert.That(altered.Responses.Select(row => row.ErrorCode), Is.EqualTo(new[] { ErrorCode.InvalidRequest }));
        Assert.That(
            incremental.Responses.Select(row => row.ErrorCode), Is.EqualTo(new[] { ErrorCode.InvalidRequest }));
    }

    [Test]
    public async Task Groups_are_described_and_offsets_told_once()
    {
        string group = $"{_topic}-group";
        await CommitAsync(group);
        var described = await _client.AskAsync<DescribeGroupsResponse>(
            new DescribeGroupsRequest { Groups = [group, group] });
        var consumers = await _client.AskAsync<ConsumerGroupDescribeResponse>(
            new ConsumerGroupDescribeRequest { GroupIds = [group, group] });
        OffsetFetchRequest.OffsetFetchGroup asked = new()
        {
            GroupId = group,
            Topics =
            [
                new() { Name = _topic, PartitionIndexes = [0, 0, 1] }, new() { Name = _topic, PartitionIndexes = [0] },
            ],
        };
        var fetched = await _client.AskAsync<OffsetFetchResponse>(new OffsetFetchRequest { Groups = [asked, asked] });
        Assert.That(described.Groups, Has.Count.EqualTo(1));
        Assert.That(consumers.Groups, Has.Count.EqualTo(1));
        Assert.That(
            fetched.Groups.Single().Topics.Single().Partitions.Select(row => (row.PartitionIndex, row.CommittedOffset)),
            Is.EquivalentTo(new[] { (0, 5L), (1, -1L) }));
    }

    [Test]
    public async Task A_hundred_thousand_groups_are_described_and_another_client_does_not_wait_for_all_of_them()
    {
        const int many = 100_000;
        string group = $"{_topic}-group";
        await CommitAsync(group);
        using KafkaWireClient other = await ListenerNode.ConnectAsync();
        await _client.SendAsync(new DescribeGroupsRequest
        {
            Groups = [.. Enumerable.Range(0, many).Select(index => $"absent-{index}")],
        });
        Task<DescribeGroupsResponse> describing = _client.ReceiveAsync<DescribeGroupsResponse>();
        int answered = 0;
        for (; answered == 0 || !describing.IsCompleted; answered++)
            await other.AskAsync<DescribeGroupsResponse>(new DescribeGroupsRequest { Groups = [group] });
        Assert.That((await describing).Groups, Has.Count.EqualTo(many));
        Assert.That(answered, Is.GreaterThan(5));
    }

    private async Task CommitAsync(string group)
    {
        await _client.AskAsync<FindCoordinatorResponse>(new FindCoordinatorRequest { CoordinatorKeys = [group] });
        var commit = new OffsetCommitRequest
        {
            GroupId = group, Topics = [new() { Name = _topic, Partitions = [new() { CommittedOffset = 5 }] }],
        };
        await Eventually.True(
            async () => (await _client.AskAsync<OffsetCommitResponse>(commit)).Topics[0].Partitions[0].ErrorCode
                == ErrorCode.None,
            "the group has an offset");
    }

    private async Task<ErrorCode> ErrorOfAsync(string topic)
    {
        var request = new MetadataRequest { Topics = [new() { Name = topic }], AllowAutoTopicCreation = false };
        return (await _client.AskAsync<MetadataResponse>(request)).Topics[0].ErrorCode;
    }
}
