using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaActors.Interop.Tests.Exchange;
using KafkaActors.Interop.Tests.Harness;
using KafkaActors.TestKit;

namespace KafkaActors.Interop.Tests.ConfluentKafka;

/// <summary>Topics, partitions and offsets through Confluent.Kafka's admin client.</summary>
[Category("Interop")]
internal sealed class TopicAdminTests
{
    private IAdminClient _admin = null!;

    private static KafkaNode Suite => InteropSuite.Node;

    [OneTimeSetUp]
    public void StartClient() => _admin = Connect.Admin();

    [OneTimeTearDown]
    public void StopClient() => _admin.Dispose();

    [Test]
    public async Task A_topic_is_created_described_and_deleted()
    {
        TopicSpecification wanted = new()
        {
            Name = "admin-life",
            NumPartitions = 4,
            ReplicationFactor = 1,
            Configs = new() { ["retention.ms"] = "60000" },
        };
        await _admin.CreateTopicsAsync([wanted]);
        TopicDescription created = await DescribeAsync("admin-life");
        await _admin.DeleteTopicsAsync(["admin-life"]);
        await Eventually.True(
            () => _admin.GetMetadata(Connect.Timeout).Topics.All(topic => topic.Topic != "admin-life"), "deletion");
        await _admin.CreateTopicsAsync([wanted]);
        TopicDescription again = await DescribeAsync("admin-life");

        Assert.That(created.Error.Code, Is.EqualTo(ErrorCode.NoError));
        Assert.That(created.IsInternal, Is.False);
        Assert.That(created.Partitions.Select(partition => partition.Partition), Is.EqualTo(new[] { 0, 1, 2, 3 }));
        foreach (TopicPartitionInfo partition in created.Partitions)
        {
            Assert.That(partition.Leader.Id, Is.EqualTo(1));
            Assert.That($"{partition.Leader.Host}:{partition.Leader.Port}", Is.EqualTo(Suite.Kafka));
            Assert.That(partition.Replicas.Select(replica => replica.Id), Is.EqualTo(new[] { 1 }));
            Assert.That(partition.ISR.Select(replica => replica.Id), Is.EqualTo(new[] { 1 }));
        }

        Assert.That(created.TopicId.ToString(), Is.Not.EqualTo(again.TopicId.ToString()), "another topic, another id");
    }

    [Test]
    public async Task A_topic_that_is_deleted_and_made_again_at_once_starts_empty()
    {
        TopicSpecification wanted = new() { Name = "admin-again", NumPartitions = 8 };
        using IProducer<byte[]?, byte[]?> producer = Connect.Producer();
        for (int round = 0; round < 5; round++)
        {
            await _admin.CreateTopicsAsync([wanted]);
            if (round % 2 == 1)
            {
                for (int partition = 0; partition < 8; partition++)
                    Assert.That(await StoreAsync(producer, "admin-again", partition), Is.Zero);
            }

            await _admin.DeleteTopicsAsync(["admin-again"]);
        }
    }

    [Test]
    public async Task A_topic_without_numbers_gets_the_nodes_defaults()
    {
        await _admin.CreateTopicsAsync([new TopicSpecification { Name = "admin-defaults" }]);
        TopicDescription topic = await DescribeAsync("admin-defaults");
        Assert.That(topic.Partitions, Has.Count.EqualTo(1));
        Assert.That(topic.Partitions[0].Replicas, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Replicas_are_placed_as_asked_for()
    {
        TopicSpecification wanted = new()
        {
            Name = "admin-placed",
            NumPartitions = 3,
            ReplicasAssignments = new() { [0] = [1], [1] = [1], [2] = [1] },
        };
        await _admin.CreateTopicsAsync([wanted]);
        Assert.That((await DescribeAsync("admin-placed")).Partitions, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task A_topic_that_is_only_validated_is_not_created()
    {
        CreateTopicsOptions validate = new() { ValidateOnly = true };
        await _admin.CreateTopicsAsync([new TopicSpecification { Name = "admin-validated" }], validate);
        Assert.That(
            _admin.GetMetadata(Connect.Timeout).Topics.Select(topic => topic.Topic),
            Does.Not.Contain("admin-validated"));
    }

    [Test]
    public async Task Of_several_topics_each_has_its_own_outcome()
    {
        await Suite.CreateTopicAsync("admin-there");
        CreateTopicsException? failure = Assert.ThrowsAsync<CreateTopicsException>(() => _admin.CreateTopicsAsync(
        [
            new TopicSpecification { Name = "admin-new" },
            new TopicSpecification { Name = "admin-there" },
            new TopicSpecification { Name = "not a name" },
            new TopicSpecification { Name = "admin-none", NumPartitions = 0 },
            new TopicSpecification { Name = "admin-far", ReplicationFactor = 3 },
            new TopicSpecification { Name = "admin-odd", Configs = new() { ["retention.ms"] = "soon" } },
            new TopicSpecification { Name = "admin-unknown", Configs = new() { ["no.such.config"] = "1" } },
        ]));

        Assert.That(
            failure!.Results.ToDictionary(result => result.Topic, result => result.Error.Code),
            Is.EquivalentTo(new Dictionary<string, ErrorCode>
            {
                ["admin-new"] = ErrorCode.NoError,
                ["admin-there"] = ErrorCode.TopicAlreadyExists,
                ["not a name"] = ErrorCode.TopicException,
                ["admin-none"] = ErrorCode.InvalidPartitions,
                ["admin-far"] = ErrorCode.InvalidReplicationFactor,
                ["admin-odd"] = ErrorCode.InvalidConfig,
                ["admin-unknown"] = ErrorCode.InvalidConfig,
            }));
        Assert.That(
            failure.Results.Where(result => result.Error.IsError).Select(result => result.Error.Reason),
            Is.All.Not.Empty);
    }

    [Test]
    public async Task Partitions_are_added_and_never_taken_away()
    {
        await Suite.CreateTopicAsync("admin-grown", partitions: 2);
        await _admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = "admin-grown", IncreaseTo = 5 }]);
        TopicDescription grown = await DescribeAsync("admin-grown");
        CreatePartitionsException? fewer = Assert.ThrowsAsync<CreatePartitionsException>(() =>
            _admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = "admin-grown", IncreaseTo = 3 }]));
        CreatePartitionsException? nowhere = Assert.ThrowsAsync<CreatePartitionsException>(() =>
            _admin.CreatePartitionsAsync([new PartitionsSpecification { Topic = "admin-absent", IncreaseTo = 3 }]));

        Assert.That(grown.Partitions, Has.Count.EqualTo(5));
        Assert.That(fewer!.Results[0].Error.Code, Is.EqualTo(ErrorCode.InvalidPartitions));
        Assert.That(nowhere!.Results[0].Error.Code, Is.EqualTo(ErrorCode.UnknownTopicOrPart));
        using IProducer<byte[]?, byte[]?> producer = Connect.Producer();
        Assert.That(await StoreAsync(producer, "admin-grown", 4), Is.Zero);
    }

    [Test]
    public async Task Records_below_an_offset_are_deleted()
    {
        await ProduceAsync("admin-trimmed", 10);
        List<DeleteRecordsResult> results =
            await _admin.DeleteRecordsAsync([new TopicPartitionOffset("admin-trimmed", 0, 4)]);
        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer();
        consumer.Assign(new TopicPartitionOffset("admin-trimmed", 0, Offset.Beginning));

        Assert.That(results.Single().Offset.Value, Is.EqualTo(4));
        Assert.That(consumer.Next().Offset.Value, Is.EqualTo(4));
        List<DeleteRecordsResult> all =
            await _admin.DeleteRecordsAsync([new TopicPartitionOffset("admin-trimmed", 0, Offset.End)]);
        Assert.That(all.Single().Offset.Value, Is.EqualTo(10), "up to the high watermark");
        DeleteRecordsException? beyond = Assert.ThrowsAsync<DeleteRecordsException>(() =>
            _admin.DeleteRecordsAsync([new TopicPartitionOffset("admin-trimmed", 0, 11)]));
        Assert.That(beyond!.Results[0].Error.Code, Is.EqualTo(ErrorCode.OffsetOutOfRange));
    }

    [Test]
    public async Task Offsets_are_listed_by_each_specification()
    {
        await ProduceAsync("admin-listed", 10);
        await _admin.DeleteRecordsAsync([new TopicPartitionOffset("admin-listed", 0, 2)]);

        Assert.That(await ListAsync(OffsetSpec.Earliest()), Is.EqualTo((2, -1)));
        Assert.That(await ListAsync(OffsetSpec.Latest()), Is.EqualTo((10, -1)));
        Assert.That(await ListAsync(OffsetSpec.MaxTimestamp()), Is.EqualTo((9, 1090)));
        Assert.That(await ListAsync(OffsetSpec.ForTimestamp(1045)), Is.EqualTo((5, 1050)));
        Assert.That(await ListAsync(OffsetSpec.ForTimestamp(1091)), Is.EqualTo((-1, -1)));
        Assert.That(await ListAsync(OffsetSpec.ForTimestamp(0)), Is.EqualTo((2, 1020)), "not what was deleted");
    }

    [Test]
    public async Task The_cluster_is_described()
    {
        DescribeClusterResult cluster = await _admin.DescribeClusterAsync();
        Metadata metadata = _admin.GetMetadata(Connect.Timeout);

        Assert.That(cluster.ClusterId, Is.Not.Empty);
        Assert.That(cluster.Controller.Id, Is.EqualTo(1));
        Node node = cluster.Nodes.Single();
        Assert.That($"{node.Id} {node.Host}:{node.Port}", Is.EqualTo($"1 {Suite.Kafka}"));
        Assert.That(metadata.OriginatingBrokerId, Is.EqualTo(1));
    }

    private static async Task<long> StoreAsync(IProducer<byte[]?, byte[]?> producer, string topic, int partition) =>
        (await producer.ProduceAsync(new TopicPartition(topic, partition), new() { Value = [1] })).Offset.Value;

    private static async Task ProduceAsync(string topic, int count)
    {
        await Suite.CreateTopicAsync(topic);
        await new ConfluentClient().ProduceAsync(topic, [.. Enumerable.Range(0, count).Select(number =>
            new ClientRecord { Partition = 0, Timestamp = 1000 + (10 * number), Value = [(byte)number] })]);
    }

    private async Task<TopicDescription> DescribeAsync(string topic) =>
        (await _admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]))).TopicDescriptions.Single();

    private async Task<(long Offset, long Timestamp)> ListAsync(OffsetSpec spec)
    {
        TopicPartitionOffsetSpec wanted = new()
        {
            TopicPartition = new TopicPartition("admin-listed", 0), OffsetSpec = spec,
        };
        ListOffsetsResultInfo info = (await _admin.ListOffsetsAsync([wanted])).ResultInfos.Single();
        return (info.TopicPartitionOffsetError.Offset.Value, info.Timestamp);
    }
}
