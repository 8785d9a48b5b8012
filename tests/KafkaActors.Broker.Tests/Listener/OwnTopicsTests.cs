using KafkaActors.Broker.Hosting;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>
/// Topics that the node keeps its own state in, and names that are its own, as clients of the Kafka port meet them on a
/// node on which nobody used a group yet.
/// </summary>
public sealed class OwnTopicsTests
{
    private TempDirectory _data = null!;
    private KafkaActorsNode _node = null!;

    [OneTimeSetUp]
    public async Task StartNode()
    {
        _data = new TempDirectory();
        _node = await StartAsync().ConfigureAwait(false);
    }

    [OneTimeTearDown]
    public async Task StopNode()
    {
        await _node.DisposeAsync().ConfigureAwait(false);
        _data.Dispose();
    }

    [Test]
    [Order(1)]
    public async Task Asking_for_the_offsets_topic_makes_it_by_its_own_settings()
    {
        using KafkaWireClient client = await ConnectAsync();
        MetadataResponse.MetadataTopic topic = await AskAboutAsync(client, "__consumer_offsets");
        Assert.That((topic.ErrorCode, topic.IsInternal), Is.EqualTo((ErrorCode.None, true)));
        Assert.That(topic.Partitions, Has.Count.EqualTo(5));
        var described = await client.AskAsync<DescribeConfigsResponse>(new DescribeConfigsRequest
        {
            Resources = [new() { ResourceType = 2, ResourceName = "__consumer_offsets" }],
        });
        Dictionary<string, string?> configs =
            described.Results[0].Configs.ToDictionary(config => config.Name, config => config.Value);
        Assert.That(
            (configs["cleanup.policy"], configs["segment.bytes"], configs["compression.type"]),
            Is.EqualTo(("compact", "1000000", "producer")));
    }

    [Test]
    public async Task Asking_for_a_topic_of_what_is_not_built_makes_none()
    {
        using KafkaWireClient client = await ConnectAsync();
        MetadataResponse.MetadataTopic topic = await AskAboutAsync(client, "__transaction_state");
        Assert.That(
            (topic.ErrorCode, topic.IsInternal), Is.EqualTo((ErrorCode.UnknownTopicOrPartition, true)));
    }

    [TestCase("__cluster_metadata")]
    [TestCase("__Cluster_Metadata")]
    [TestCase("__cluster.metadata")]
    [TestCase("__consumer.offsets")]
    public async Task A_name_of_the_node_s_own_becomes_no_topic(string name)
    {
        using KafkaWireClient client = await ConnectAsync();
        Assert.That((await AskAboutAsync(client, name)).ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));
        Assert.That(await CreateAsync(client, name), Is.EqualTo(ErrorCode.InvalidTopicException));
        var deleted = await client.AskAsync<DeleteTopicsResponse>(
            new DeleteTopicsRequest { TopicNames = [name], TimeoutMs = 10_000 }, 4);
        Assert.That(deleted.Responses[0].ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(Directory.Exists(Path.Combine(_data.Path, "__cluster_metadata-0")), Is.True);
    }

    [Test]
    [Order(2)]
    public async Task The_offsets_topic_takes_no_appends_no_deletions_of_records_and_no_more_partitions()
    {
        using KafkaWireClient client = await ConnectAsync();
        await AskAboutAsync(client, "__consumer_offsets");
        var produced = await client.AskAsync<ProduceResponse>(
            SampleRequests.Produce("__consumer_offsets", SampleRequests.Batch("a")));
        Assert.That(
            produced.Responses[0].PartitionResponses[0].ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));
        Assert.That(
            await DeleteRecordsAsync(client, "__consumer_offsets"), Is.EqualTo(ErrorCode.InvalidTopicException));
        var added = await client.AskAsync<CreatePartitionsResponse>(new CreatePartitionsRequest
        {
            Topics = [new() { Name = "__consumer_offsets", Count = 6, Assignments = null }], TimeoutMs = 10_000,
        });
        Assert.That(added.Results[0].ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));
    }

    [TestCase("compact", ErrorCode.PolicyViolation)]
    [TestCase("compact,delete", ErrorCode.None)]
    [TestCase("delete", ErrorCode.None)]
    public async Task Records_are_deleted_only_where_the_policy_has_it(string policy, ErrorCode error)
    {
        using KafkaWireClient client = await ConnectAsync();
        string name = $"policy-{policy.Replace(',', '-')}";
        Assert.That(await CreateAsync(client, name, ("cleanup.policy", policy)), Is.EqualTo(ErrorCode.None));
        Assert.That(await DeleteRecordsAsync(client, name), Is.EqualTo(error));
    }

    private Task<KafkaActorsNode> StartAsync() => KafkaActorsNode.StartAsync(
        ListenerNode.Config(
            _data.Path,
            """
            offsets.topic.num.partitions = 5
            offsets.topic.segment.bytes = 1000000
            """),
        new NodeOptions());

    private Task<KafkaWireClient> ConnectAsync() =>
        KafkaWireClient.ConnectAsync("127.0.0.1", ListenerNode.Door(_node).Port);

    private static async Task<MetadataResponse.MetadataTopic> AskAboutAsync(KafkaWireClient client, string name) =>
        (await client.AskAsync<MetadataResponse>(
            new MetadataRequest { Topics = [new() { Name = name }], AllowAutoTopicCreation = true }, 4)
            .ConfigureAwait(false)).Topics.Single();

    private static async Task<ErrorCode> CreateAsync(
        KafkaWireClient client, string name, params (string Name, string Value)[] configs) =>
        (await client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics =
            [
                new()
                {
                    Name = name,
                    NumPartitions = 1,
                    ReplicationFactor = 1,
                    Configs = [.. configs.Select(config =>
                        new CreateTopicsRequest.CreatableTopicConfig { Name = config.Name, Value = config.Value })],
                },
            ],
            TimeoutMs = 10_000,
        }).ConfigureAwait(false)).Topics.Single().ErrorCode;

    private static async Task<ErrorCode> DeleteRecordsAsync(KafkaWireClient client, string name) =>
        (await client.AskAsync<DeleteRecordsResponse>(
            new DeleteRecordsRequest
            {
                Topics = [new() { Name = name, Partitions = [new() { PartitionIndex = 0, Offset = 0 }] }],
                TimeoutMs = 10_000,
            },
            0).ConfigureAwait(false)).Topics.Single().Partitions.Single().ErrorCode;
}
