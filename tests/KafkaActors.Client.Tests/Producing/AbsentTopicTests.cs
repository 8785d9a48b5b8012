using KafkaActors.Client.Configuration;
using KafkaActors.Client.Producing;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Tests.Producing;

/// <summary>What a producer asks for while, and after, somebody waits for a topic that never comes.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class AbsentTopicTests
{
    private const string Pauses =
        "kafka-actors.client {\n retry.backoff.ms = 50\n retry.backoff.max.ms = 10000\n}";

    [Test]
    public async Task It_is_asked_for_with_growing_pauses_and_no_more_when_nobody_waits(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout, Pauses);
        await using RecordProducer producer = client.CreateRecordProducer(
            ProducerSettings.Default with { MaxBlock = TimeSpan.FromSeconds(2), Linger = TimeSpan.Zero });
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(
            async () => await producer.SendAsync(new ProducerRecord("absent", null, null), cancellationToken: timeout));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.RequestTimedOut));
        // Pauses of 50, 100, 200, 400, 800 and 1600 ms: even pauses would have asked twenty times.
        Assert.That(Asked(cluster), Is.InRange(2, 10));

        await producer.ProduceAsync(new ProducerRecord("t", null, null), timeout);
        Assert.That(Describes(cluster).Last(), Is.EquivalentTo(new[] { "t" }));
    }

    [Test]
    public async Task A_topic_that_comes_late_is_found(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordProducer producer = client.CreateRecordProducer();
        Task<Delivery> waiting = producer.ProduceAsync(new ProducerRecord("late", null, null), timeout);
        while (Asked(cluster, "late") < 3)
        {
            timeout.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        cluster.AddTopic("late");
        Assert.That((await waiting).Offset, Is.Zero);
    }

    private static int Asked(FakeCluster cluster, string topic = "absent") =>
        Describes(cluster).Count(asked => asked.Contains(topic));

    private static IEnumerable<IEnumerable<string>> Describes(FakeCluster cluster) =>
        cluster.Received.OfType<MetadataRequest>().Select(asked => asked.Topics!.Select(topic => topic.Name!));
}
