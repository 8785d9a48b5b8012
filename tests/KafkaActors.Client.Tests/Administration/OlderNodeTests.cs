using KafkaActors.Client.Administration;
using KafkaActors.Client.Administration.Configs;
using KafkaActors.Client.Producing;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Tests.Administration;

/// <summary>
/// Nodes of the age of Apache Kafka 2.1: what they have works, and what they lack is told by its name and release.
/// </summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class OlderNodeTests
{
    private static readonly TopicPartition Partition = new("t", 0);

    [Test]
    public async Task Topics_offsets_and_records_are_administered(CancellationToken timeout)
    {
        await using FakeNode node = FakeNode.Start(Old());
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        TopicResult created = (await CreateAsync(client, partitions: 2, timeout)).Single();
        Assert.That((created.Error, created.Id), Is.EqualTo((ErrorCode.None, TopicId.None)));
        ClusterDescription cluster = await client.Admin.DescribeAsync(["n"], cancellationToken: timeout);
        Assert.That((cluster.Topics[0].Partitions.Count, cluster.Topics[0].Id), Is.EqualTo((2, TopicId.None)));
        IReadOnlyList<ListedOffset> offsets = await client.Admin.ListOffsetsAsync(
            new Dictionary<TopicPartition, long> { [new("n", 1)] = OffsetQuery.Latest }, cancellationToken: timeout);
        Assert.That((offsets[0].Error, offsets[0].Offset), Is.EqualTo((ErrorCode.None, 0L)));
    }

    [Test]
    public async Task What_a_request_asks_for_and_the_node_lacks_is_told_with_its_release(CancellationToken timeout)
    {
        FakeCluster old = Old();
        old.AddTopic("t");
        await using FakeNode node = FakeNode.Start(old);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        var change = new ResourceChange(
            ConfigResource.Topic("t"), [new ConfigChange("retention.ms", ConfigOperation.Set, "1")]);
        (Func<Task> Ask, string Release)[] lacking =
        [
            (() => CreateAsync(client, partitions: -1, timeout), "2.4"),
            (() => client.Admin.AlterConfigsAsync([change], cancellationToken: timeout), "2.3"),
            (() => client.Admin.ListOffsetsAsync(
                new Dictionary<TopicPartition, long> { [Partition] = OffsetQuery.MaxTimestamp },
                cancellationToken: timeout), "3.0"),
        ];
        foreach ((Func<Task> ask, string release) in lacking)
        {
            KafkaException? fault = Assert.ThrowsAsync<KafkaException>(async () => await ask());
            Assert.That(fault!.Error, Is.EqualTo(ErrorCode.UnsupportedVersion));
            Assert.That(fault.Message, Does.Contain(release));
        }

        Assert.That(old.AdminRequests, Is.Empty);
    }

    [Test]
    public async Task A_producer_whose_epoch_cannot_be_raised_gets_another_id(CancellationToken timeout)
    {
        FakeCluster old = Old();
        old.AddTopic("t");
        await using FakeNode node = FakeNode.Start(old);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordProducer producer = client.CreateRecordProducer();
        await producer.ProduceAsync(new ProducerRecord("t", null, null), timeout);
        old.AppendFaults.Enqueue(new AppendFault(ErrorCode.OutOfOrderSequenceNumber));
        Assert.That((await producer.ProduceAsync(new ProducerRecord("t", null, null), timeout)).Offset, Is.EqualTo(1));
        Assert.That(old.Log("t").Batches.Select(ProducerIdOf).Distinct().Count(), Is.EqualTo(2));
    }

    private static long ProducerIdOf(byte[] bytes) =>
        RecordBatch.TryRead(bytes, out RecordBatch batch) ? batch.ProducerId : -1;

    private static FakeCluster Old() => new()
    {
        Newest =
        {
            [ApiKey.Metadata] = 7,
            [ApiKey.CreateTopics] = 3,
            [ApiKey.ListOffsets] = 4,
            [ApiKey.InitProducerId] = 1,
            [ApiKey.IncrementalAlterConfigs] = -1,
        },
    };

    private static Task<IReadOnlyList<TopicResult>> CreateAsync(
        KafkaActorsClient client, int partitions, CancellationToken timeout) => client.Admin.CreateTopicsAsync(
            [new NewTopic("n", partitions, 1, [], new Dictionary<string, string>())], cancellationToken: timeout);
}
