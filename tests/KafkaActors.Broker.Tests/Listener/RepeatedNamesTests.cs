using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>A request that names one thing twice is treated as Kafka treats it for that API.</summary>
public sealed class RepeatedNamesTests : ListenerTest
{
    [Test]
    public async Task ListOffsets_refuses_a_partition_once_and_answers_the_others()
    {
        var response = await Client.AskAsync<ListOffsetsResponse>(new ListOffsetsRequest
        {
            ReplicaId = NodeId.None,
            Topics =
            [
                new() { Name = Topic, Partitions = [new() { Timestamp = -1 }, new() { PartitionIndex = 7 }] },
                new() { Name = Topic, Partitions = [new() { Timestamp = -2 }] },
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
        string name = $"{Topic}-new";
        var response = await Client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
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
        CreateTopicsRequest.CreatableTopic Named(string name, params string?[] values) => new()
        {
            Name = name,
            NumPartitions = 1,
            ReplicationFactor = 1,
            Configs = [.. values.Select(value =>
                new CreateTopicsRequest.CreatableTopicConfig { Name = "retention.ms", Value = value })],
        };
        var response = await Client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics = [Named($"{Topic}-a", "5000", "6000"), Named($"{Topic}-b", "5000", null)],
        });
        var rows = response.Topics.ToDictionary(row => row.Name);
        Assert.That(rows[$"{Topic}-b"].ErrorCode, Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(
            rows[$"{Topic}-a"].Configs!.Single(config => config.Name == "retention.ms").Value, Is.EqualTo("6000"));
    }

    [Test]
    public async Task CreatePartitions_refuses_once()
    {
        var response = await Client.AskAsync<CreatePartitionsResponse>(new CreatePartitionsRequest
        {
            Topics = [new() { Name = Topic, Count = 2 }, new() { Name = Topic, Count = 3 }],
        });
        Assert.That(response.Results.Select(row => row.ErrorCode), Is.EqualTo(new[] { ErrorCode.InvalidRequest }));
    }

    [TestCase((short)1)]
    [TestCase((short)5)]
    public async Task DeleteTopics_deletes_none_that_is_named_twice(short version)
    {
        var response = await Client.AskAsync<DeleteTopicsResponse>(
            new DeleteTopicsRequest { TopicNames = [Topic, Topic] }, version);
        Assert.That(response.Responses.Select(row => row.ErrorCode), Is.EqualTo(new[] { ErrorCode.InvalidRequest }));
        Assert.That(await ErrorOfAsync(Topic), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task DeleteTopics_deletes_none_that_is_named_by_name_and_id_or_by_neither()
    {
        var response = await Client.AskAsync<DeleteTopicsResponse>(new DeleteTopicsRequest
        {
            Topics =
            [
                new() { Name = Topic }, new() { TopicId = Id }, new() { Name = null },
                new() { Name = "other", TopicId = Id },
            ],
        });
        Assert.That(response.Responses.Select(row => row.ErrorCode), Is.All.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(response.Responses, Has.Count.EqualTo(3));
        Assert.That(await ErrorOfAsync(Topic), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task DeleteRecords_takes_the_last_offset_of_a_partition_and_answers_once()
    {
        for (int i = 0; i < 3; i++)
            await Client.AskAsync<ProduceResponse>(SampleRequests.Produce(Topic, SampleRequests.Batch("a")));
        var response = await Client.AskAsync<DeleteRecordsResponse>(new DeleteRecordsRequest
        {
            TimeoutMs = 10_000,
            Topics =
            [
                new() { Name = Topic, Partitions = [new() { Offset = 3 }, new() { Offset = 2 }] },
                new() { Name = Topic, Partitions = [new() { Offset = 1 }] },
            ],
        });
        Assert.That(
            response.Topics.SelectMany(topic => topic.Partitions).Select(row => (row.ErrorCode, row.LowWatermark)),
            Is.EqualTo(new[] { (ErrorCode.None, 1L) }));
    }

    [Test]
    public async Task DescribeProducers_answers_once()
    {
        var response = await Client.AskAsync<DescribeProducersResponse>(new DescribeProducersRequest
        {
            Topics =
            [
                new() { Name = Topic, PartitionIndexes = [0, 0] }, new() { Name = Topic, PartitionIndexes = [0] },
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
        var altered = await Client.AskAsync<AlterConfigsResponse>(new AlterConfigsRequest
        {
            Resources =
            [
                new() { ResourceType = topic, ResourceName = Topic },
                new() { ResourceType = topic, ResourceName = Topic },
            ],
        });
        var incremental = await Client.AskAsync<IncrementalAlterConfigsResponse>(new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new() { ResourceType = topic, ResourceName = Topic },
                new() { ResourceType = topic, ResourceName = Topic },
            ],
        });
        Assert.That(altered.Responses.Select(row => row.ErrorCode), Is.EqualTo(new[] { ErrorCode.InvalidRequest }));
        Assert.That(
            incremental.Responses.Select(row => row.ErrorCode), Is.EqualTo(new[] { ErrorCode.InvalidRequest }));
    }

    [Test]
    public async Task Groups_are_described_and_offsets_told_once()
    {
        string group = $"{Topic}-group";
        await CommitAsync(group);
        var described = await Client.AskAsync<DescribeGroupsResponse>(
            new DescribeGroupsRequest { Groups = [group, group] });
        var consumers = await Client.AskAsync<ConsumerGroupDescribeResponse>(
            new ConsumerGroupDescribeRequest { GroupIds = [group, group] });
        OffsetFetchRequest.OffsetFetchGroup asked = new()
        {
            GroupId = group,
            Topics =
            [
                new() { Name = Topic, PartitionIndexes = [0, 0, 1] }, new() { Name = Topic, PartitionIndexes = [0] },
            ],
        };
        var fetched = await Client.AskAsync<OffsetFetchResponse>(new OffsetFetchRequest { Groups = [asked, asked] });
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
        string group = $"{Topic}-group";
        await CommitAsync(group);
        using KafkaWireClient other = await ListenerNode.ConnectAsync();
        await Client.SendAsync(new DescribeGroupsRequest
        {
            Groups = [.. Enumerable.Range(0, many).Select(index => $"absent-{index}")],
        });
        Task<DescribeGroupsResponse> describing = Client.ReceiveAsync<DescribeGroupsResponse>();
        int answered = 0;
        for (; answered == 0 || !describing.IsCompleted; answered++)
            await other.AskAsync<DescribeGroupsResponse>(new DescribeGroupsRequest { Groups = [group] });
        Assert.That((await describing).Groups, Has.Count.EqualTo(many));
        Assert.That(answered, Is.GreaterThan(5));
    }

    private async Task CommitAsync(string group)
    {
        await Client.AskAsync<FindCoordinatorResponse>(new FindCoordinatorRequest { CoordinatorKeys = [group] });
        var commit = new OffsetCommitRequest
        {
            GroupId = group, Topics = [new() { Name = Topic, Partitions = [new() { CommittedOffset = 5 }] }],
        };
        await Eventually.True(
            async () => (await Client.AskAsync<OffsetCommitResponse>(commit)).Topics[0].Partitions[0].ErrorCode
                == ErrorCode.None,
            "the group has an offset");
    }

    private async Task<ErrorCode> ErrorOfAsync(string topic)
    {
        var request = new MetadataRequest { Topics = [new() { Name = topic }], AllowAutoTopicCreation = false };
        return (await Client.AskAsync<MetadataResponse>(request)).Topics[0].ErrorCode;
    }
}
