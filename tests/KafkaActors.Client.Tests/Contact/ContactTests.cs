using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Configuration;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Contact;
using KafkaActors.Client.Producing;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests.Contact;

/// <summary>How a client finds its first node, and what it says when it cannot.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class ContactTests
{
    [TestCase("host:4053", "host", 4053)]
    [TestCase("host", "host", 9092)]
    [TestCase("::1", "::1", 9092)]
    [TestCase("[::1]:99", "::1", 99)]
    [TestCase("akka.tcp://kafka-actors@host:5", "host", 5)]
    public void A_contact_point_is_read(string text, string host, int port)
    {
        var contact = ContactPoint.Parse(text);
        Assert.That((contact.Host, contact.Port), Is.EqualTo((host, port)));
    }

    [TestCase("host:")]
    [TestCase("host:99999")]
    [TestCase(":4053")]
    [TestCase("akka.tcp://host:1")]
    public void What_is_no_contact_point_is_named(string text) =>
        Assert.That(
            Assert.Throws<KafkaException>(() => ContactPoint.Parse(text))!.Message, Does.Contain($"'{text}'"));

    [Test]
    public async Task A_refused_connection_is_told_in_one_line(CancellationToken timeout)
    {
        int port = FreePort();
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(
            async () => await KafkaActorsClient.StartAsync($"127.0.0.1:{port}", cancellationToken: timeout));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.BrokerNotAvailable));
        Assert.That(fault.Message, Does.Contain("refused").And.Not.Contain("\n"));
        await Task.CompletedTask;
    }

    [Test]
    public async Task A_client_lives_on_the_nodes_own_system(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        Config config = ConfigurationFactory.ParseString("akka.loglevel = ERROR")
            .WithFallback(KafkaActorsClientConfig.System);
        using ActorSystem system = ActorSystem.Create("host", config);
        FakeNode node = FakeNode.Start(cluster, 1, system);
        var settings = ClientSettings.Default with { BootstrapServers = [ContactPoint.Of(node.Address)] };
        await using (var client = KafkaActorsClient.Create(system, settings))
        {
            await using RecordProducer producer = client.CreateRecordProducer();
            Delivery delivery = await producer.ProduceAsync(new ProducerRecord("t", null, "x"u8.ToArray()), timeout);
            Assert.That(delivery.Offset, Is.Zero);
        }

        await node.DisposeAsync();
    }

    [Test]
    public void A_system_without_the_fragment_is_refused()
    {
        using ActorSystem system = ActorSystem.Create("plain");
        KafkaException? fault = Assert.Throws<KafkaException>(() => KafkaActorsClient.Create(system));
        Assert.That(fault!.Message, Does.Contain("KafkaActorsClientConfig.Fragment"));
    }

    [Test]
    public async Task Administration_asks_again_until_the_controller_is_there(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AdminErrors.Enqueue(ErrorCode.NotController);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        IReadOnlyList<TopicResult> created = await client.Admin.CreateTopicsAsync(
            [new NewTopic("n", 2, 1, [], new Dictionary<string, string>())], cancellationToken: timeout);
        Assert.That(created[0].Error, Is.EqualTo(ErrorCode.None));
        IReadOnlyList<ListedOffset> offsets = await client.Admin.ListOffsetsAsync(
            new Dictionary<TopicPartition, long>
            {
                [new("n", 1)] = OffsetQuery.Latest,
                [new("absent", 0)] = OffsetQuery.Latest,
            },
            cancellationToken: timeout);
        Assert.That(offsets.Select(offset => offset.Error), Is.EqualTo(
            new[] { ErrorCode.None, ErrorCode.UnknownTopicOrPartition }));
    }

    [Test]
    public async Task A_request_to_a_client_that_was_closed_fails(CancellationToken timeout)
    {
        await using FakeNode node = FakeNode.Start(new FakeCluster());
        KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await client.DisposeAsync();
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(
            async () => await client.Admin.DescribeAsync(null, cancellationToken: timeout));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.NetworkException));
    }

    [Test]
    public async Task Records_are_deleted_up_to_an_offset_or_all(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t", partitions: 2);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordProducer producer = client.CreateRecordProducer();
        for (int i = 0; i < 4; i++)
            await producer.ProduceAsync(new ProducerRecord("t", null, null) { Partition = i % 2 }, timeout);
        IReadOnlyList<DeletedRecords> deleted = await client.Admin.DeleteRecordsAsync(
            new Dictionary<TopicPartition, long> { [new("t", 0)] = 1, [new("t", 1)] = -1, [new("t", 2)] = 0 },
            cancellationToken: timeout);
        Assert.That(
            deleted.Select(row => (row.Error, row.LogStartOffset)),
            Is.EqualTo(new[]
            {
                (ErrorCode.None, 1L), (ErrorCode.None, 2L), (ErrorCode.UnknownTopicOrPartition, -1L),
            }));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
