using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Administration.Configs;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;

namespace KafkaActors.Interop.Tests.OwnClient;

/// <summary>
/// This project's client by each carrier, against a node that serves no more than older releases of Apache Kafka have.
/// </summary>
[Category("Interop")]
[TestFixture(Carrier.Socket, "current")]
[TestFixture(Carrier.Socket, "4.1")]
[TestFixture(Carrier.Socket, "3.0")]
[TestFixture(Carrier.Socket, "2.1")]
[TestFixture(Carrier.AkkaRemote, "current")]
[TestFixture(Carrier.AkkaRemote, "2.1")]
[TestFixture(Carrier.ActorSystem, "current")]
[TestFixture(Carrier.ActorSystem, "2.1")]
[CancelAfter(120_000)]
public sealed class KafkaReleaseTests(Carrier carrier, string release)
{
    private CarriedNode _node = null!;
    private CarriedClient _client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _node = await CarriedNode.StartAsync(carrier, release);
        _client = await _node.StartClientAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
    }

    [TestCase("all")]
    [TestCase("1")]
    [TestCase("0")]
    public async Task Records_come_back_in_order(string acks, CancellationToken timeout)
    {
        string topic = $"records-{acks}";
        await CreateAsync(topic, 1, timeout);
        await using CarriedClient client = await _node.StartClientAsync($"kafka-actors.client.producer.acks = {acks}");
        Delivery[] deliveries = await client.ProduceAsync(topic, 1000, timeout);
        if (acks != "0") Assert.That(deliveries.Select(one => one.Offset), Is.EqualTo(Enumerable.Range(0, 1000)));
        int[] read = await client.ReadAsync(topic, 1, 1000, timeout);
        Assert.That(read, Is.EqualTo(Enumerable.Range(1, 1000)));
    }

    [Test]
    public async Task Partitions_of_several_topics_are_told_apart(CancellationToken timeout)
    {
        string[] topics = ["apart-a", "apart-b"];
        foreach (string topic in topics) await CreateAsync(topic, 2, timeout);
        await _client.ProduceAsync(topics[0], 100, timeout);
        await _client.ProduceAsync(topics[1], 200, timeout);
        await using RecordConsumer consumer = _client.CreateRecordConsumer();
        consumer.Assign([.. topics.SelectMany(topic => Enumerable.Range(0, 2)
            .Select(index => new TopicPartitionStart(new TopicPartition(topic, index), StartOffset.Beginning)))]);
        Dictionary<string, int> counts = [];
        await foreach (FetchedRecord record in consumer.ReadAllAsync(timeout))
        {
            counts[record.Partition.Topic] = counts.GetValueOrDefault(record.Partition.Topic) + 1;
            if (counts.Values.Sum() == 300) break;
        }

        Assert.That(counts, Is.EqualTo(new Dictionary<string, int> { ["apart-a"] = 100, ["apart-b"] = 200 }));
    }

    [TestCase("classic")]
    [TestCase("consumer")]
    public async Task A_group_goes_on_where_its_member_left_off(string protocol, CancellationToken timeout)
    {
        string topic = $"grouped-{protocol}";
        await CreateAsync(topic, 1, timeout);
        await _client.ProduceAsync(topic, 20, timeout);
        await using CarriedClient client = await _node.StartClientAsync(
            $"""
            kafka-actors.client.consumer.group.id = readers-{protocol}
            kafka-actors.client.consumer.group.protocol = {protocol}
            """);
        if (protocol == "consumer" && release is "2.1" or "3.0")
        {
            await RefusesAsync(client, topic, timeout);
            return;
        }

        foreach (int[] expected in (int[][])[[1, 2, 3], [4, 5, 6]])
        {
            await using RecordConsumer consumer = client.CreateRecordConsumer();
            consumer.Subscribe(TopicSubscription.Of(topic));
            Assert.That(await CarriedClient.TakeAsync(consumer, 3, timeout), Is.EqualTo(expected));
            var done = new OffsetAndMetadata(expected[^1]);
            await consumer.CommitAsync(
                new Dictionary<TopicPartition, OffsetAndMetadata> { [new TopicPartition(topic, 0)] = done }, timeout);
        }

        var offsets = await _client.Admin.Groups.FetchOffsetsAsync($"readers-{protocol}", cancellationToken: timeout);
        Assert.That(offsets.Single().Offset, Is.EqualTo(6));
    }

    [Test]
    public async Task Topics_are_created_described_listed_and_deleted(CancellationToken timeout)
    {
        await CreateAsync("made", 3, timeout);
        ClusterDescription cluster = await _client.Admin.DescribeAsync(["made"], cancellationToken: timeout);
        Assert.That(cluster.Topics.Single().Partitions, Has.Count.EqualTo(3));
        Assert.That(cluster.Brokers.Single().Port, Is.EqualTo(_node.Port));
        await _client.ProduceAsync("made", 5, timeout);
        IReadOnlyList<ListedOffset> ends = await _client.Admin.ListOffsetsAsync(
            Enumerable.Range(0, 3).ToDictionary(index => new TopicPartition("made", index), _ => OffsetQuery.Latest),
            cancellationToken: timeout);
        Assert.That(ends.Sum(end => end.Offset), Is.EqualTo(5));
        TopicResult deleted = (await _client.Admin.DeleteTopicsAsync(["made"], cancellationToken: timeout))[0];
        Assert.That(deleted.Error, Is.EqualTo(ErrorCode.None), deleted.Message);
    }

    [Test]
    public async Task What_the_release_lacks_is_said_with_the_release_that_has_it(CancellationToken timeout)
    {
        await CreateAsync("configured", 1, timeout);
        var change = new ResourceChange(
            ConfigResource.Topic("configured"),
            [new ConfigChange("retention.ms", ConfigOperation.Set, "60000")]);
        Task<IReadOnlyList<ResourceResult>> altering =
            _client.Admin.AlterConfigsAsync([change], cancellationToken: timeout);
        if (release != "2.1")
        {
            Assert.That((await altering)[0].Error, Is.EqualTo(ErrorCode.None));
            return;
        }

        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(async () => await altering);
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.UnsupportedVersion));
        Assert.That(fault.Message, Does.Contain("has no IncrementalAlterConfigs").And.Contain("from 2.3 on"));
    }

    private static async Task RefusesAsync(CarriedClient client, string topic, CancellationToken timeout)
    {
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Subscribe(TopicSubscription.Of(topic));
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(
            async () => await CarriedClient.TakeAsync(consumer, 1, timeout));
        Assert.That(fault!.Message, Does.Contain("ConsumerGroupHeartbeat").And.Contain("4.0"));
    }

    private async Task CreateAsync(string topic, int partitions, CancellationToken timeout)
    {
        NewTopic wanted = new(topic, partitions, 1, [], new Dictionary<string, string>());
        TopicResult result = (await _client.Admin.CreateTopicsAsync([wanted], cancellationToken: timeout))[0];
        Assert.That(result.Error, Is.EqualTo(ErrorCode.None), result.Message);
    }
}
