using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Tests.Cluster;

/// <summary>A client keeps to the credit that a node grants it.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class CreditTests
{
    [Test]
    public void Credit_is_taken_until_it_is_used_up_and_again_when_it_is_returned()
    {
        var window = new CreditWindow(maxRequests: 10) { Bytes = 100 };
        Assert.That(window.TryTake(60), Is.True);
        Assert.That(window.TryTake(60), Is.False);
        Assert.That(window.TryTake(40), Is.True);
        window.Return(60);
        Assert.That(window.FreeBytes, Is.EqualTo(60));
        Assert.That(window.TryTake(60), Is.True);
    }

    [Test]
    public void More_than_the_whole_credit_goes_alone()
    {
        var window = new CreditWindow(maxRequests: 10) { Bytes = 100 };
        Assert.That(window.TryTake(500), Is.True);
        Assert.That(window.TryTake(1), Is.False);
        window.Return(500);
        Assert.That(window.TryTake(1), Is.True);
        Assert.That(window.TryTake(500), Is.False);
    }

    [Test]
    public void Requests_are_counted_as_well()
    {
        var window = new CreditWindow(maxRequests: 2) { Bytes = 100 };
        Assert.That((window.TryTake(1), window.TryTake(1), window.TryTake(1)), Is.EqualTo((true, true, false)));
    }

    [Test]
    public async Task Batches_wait_for_the_produce_window(CancellationToken timeout)
    {
        var cluster = new FakeCluster { ProduceWindowBytes = 2500 };
        cluster.AddTopic("t", partitions: 10);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(
            node, timeout, "kafka-actors.client.request.timeout.ms = 30000");
        await using RecordProducer producer = client.CreateRecordProducer(
            ProducerSettings.Default with { BatchSize = 0, Linger = TimeSpan.Zero, Acks = Acks.Leader });
        await producer.PartitionCountAsync("t", timeout);
        for (int i = 0; i < 10; i++) cluster.AppendFaults.Enqueue(new AppendFault(ErrorCode.None, Drop: true));
        for (int i = 0; i < 10; i++)
            await producer.SendAsync(new ProducerRecord("t", null, new byte[1000]) { Partition = i }, null, 0, timeout);
        while (Appends(cluster) < 2) await Yield(timeout);
        // A round trip later the third would be here, had it been sent.
        await client.Admin.DescribeAsync(null, cancellationToken: timeout);
        Assert.That(Appends(cluster), Is.EqualTo(2));
        await client.DisposeAsync();
    }

    [Test]
    public async Task Fetches_ask_for_no_more_than_the_fetch_window(CancellationToken timeout)
    {
        var cluster = new FakeCluster { FetchWindowBytes = 200_000 };
        cluster.AddTopic("t");
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordConsumer consumer = client.CreateRecordConsumer();
        consumer.Assign(new TopicPartitionStart(new TopicPartition("t", 0), StartOffset.At(0)));
        while (!cluster.Received.OfType<FetchRequest>().Any()) await Yield(timeout);
        Assert.That(
            cluster.Received.OfType<FetchRequest>().Select(fetch => fetch.MaxBytes),
            Is.All.LessThanOrEqualTo(200_000));
    }

    private static int Appends(FakeCluster cluster) => cluster.Received.OfType<ProduceRequest>().Count();

    private static async Task Yield(CancellationToken timeout)
    {
        timeout.ThrowIfCancellationRequested();
        await Task.Yield();
    }
}
