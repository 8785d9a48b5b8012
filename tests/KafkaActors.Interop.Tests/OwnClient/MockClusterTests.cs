using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Interop.Tests.Harness;
using KafkaActors.Protocol;

namespace KafkaActors.Interop.Tests.OwnClient;

/// <summary>
/// This project's client against brokers of another make, librdkafka's mock cluster: whatever is not written into
/// Kafka's protocol the two do not share. What the mock has not is tested for the error that says so.
/// </summary>
[Category("Interop")]
[CancelAfter(120_000)]
public sealed class MockClusterTests
{
    private const int Partitions = 4;

    private MockCluster _mock = null!;

    [OneTimeSetUp]
    public void Start() => _mock = MockCluster.Start();

    [OneTimeTearDown]
    public void Stop() => _mock.Dispose();

    [TestCase("all", "none")]
    [TestCase("1", "lz4")]
    [TestCase("0", "zstd")]
    public async Task Records_are_stored_at_three_brokers_and_come_back(
        string acks, string compression, CancellationToken timeout)
    {
        await using CarriedClient client = await CarriedClient.StartAsync(
            _mock.Bootstrap,
            $$"""
            kafka-actors.client.producer {
              acks = {{acks}}
              compression.type = {{compression}}
            }
            """);
        string topic = $"records-{acks}";
        Delivery[] deliveries = await client.ProduceAsync(topic, 2000, timeout);
        if (acks != "0")
            Assert.That(deliveries.Select(one => one.Partition.Partition).Distinct().Count(), Is.EqualTo(Partitions));
        int[] read = await client.ReadAsync(topic, Partitions, 2000, timeout);
        Assert.That(read.Order(), Is.EqualTo(Enumerable.Range(1, 2000)));
    }

    [TestCase("classic")]
    [TestCase("consumer")]
    public async Task Members_of_a_group_share_the_partitions_and_go_on_where_one_left_off(
        string protocol, CancellationToken timeout)
    {
        await using CarriedClient client = await CarriedClient.StartAsync(
            _mock.Bootstrap,
            $"""
            kafka-actors.client.consumer.group.id = group-{protocol}
            kafka-actors.client.consumer.group.protocol = {protocol}
            """);
        string topic = $"grouped-{protocol}";
        await client.ProduceAsync(topic, 400, timeout);
        HashSet<int> read = [];
        await using (RecordConsumer first = client.CreateRecordConsumer())
        {
            first.Subscribe(TopicSubscription.Of(topic));
            read.UnionWith(await CarriedClient.TakeAsync(first, 400, timeout));
            await first.CommitAsync(timeout);
        }

        Assert.That(read.Order(), Is.EqualTo(Enumerable.Range(1, 400)));
        await using RecordConsumer second = client.CreateRecordConsumer();
        await using RecordConsumer third = client.CreateRecordConsumer();
        second.Subscribe(TopicSubscription.Of(topic));
        third.Subscribe(TopicSubscription.Of(topic));
        await client.ProduceAsync(topic, 1, timeout);
        Task<int[]> reading = await Task.WhenAny(
            CarriedClient.TakeAsync(second, 1, timeout), CarriedClient.TakeAsync(third, 1, timeout));
        Assert.That(await reading, Is.EqualTo(new[] { 1 }), "what was committed came again");
    }

    [Test]
    public async Task Offsets_are_looked_up_by_name(CancellationToken timeout)
    {
        await using CarriedClient client = await CarriedClient.StartAsync(_mock.Bootstrap);
        await client.ProduceAsync("looked-up", 100, timeout);
        IReadOnlyList<ListedOffset> ends = await client.Admin.ListOffsetsAsync(
            Enumerable.Range(0, Partitions)
                .ToDictionary(index => new TopicPartition("looked-up", index), _ => OffsetQuery.Latest),
            cancellationToken: timeout);
        Assert.That(ends.Sum(end => end.Offset), Is.EqualTo(100));
    }

    [Test]
    public async Task What_the_broker_has_not_is_said_in_one_line(CancellationToken timeout)
    {
        await using CarriedClient client = await CarriedClient.StartAsync(_mock.Bootstrap);
        NewTopic wanted = new("t", 1, 1, [], new Dictionary<string, string>());
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(
            async () => await client.Admin.CreateTopicsAsync([wanted], cancellationToken: timeout));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.UnsupportedVersion));
        Assert.That(fault.Message, Does.Contain("has no CreateTopics").And.Not.Contain("\n"));
    }
}
