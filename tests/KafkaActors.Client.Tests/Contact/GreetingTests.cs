using System.Net;
using System.Net.Sockets;
using KafkaActors.Client.Producing;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Messages;

namespace KafkaActors.Client.Tests.Contact;

/// <summary>What a client does when greetings or sessions are lost.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class GreetingTests
{
    [Test]
    public async Task A_greeting_that_is_lost_is_said_again(CancellationToken timeout)
    {
        var cluster = new FakeCluster { ConnectsToIgnore = 1 };
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(
            node, timeout, "kafka-actors.client.socket.connection.setup.timeout.ms = 20000");
        SessionProtocol.Connect[] greetings = [.. cluster.Received.OfType<SessionProtocol.Connect>()];
        Assert.That(greetings, Has.Length.GreaterThanOrEqualTo(2));
        Assert.That(greetings.Select(greeting => greeting.CorrelationId).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_node_that_is_there_but_silent_is_waited_for(CancellationToken timeout)
    {
        var cluster = new FakeCluster { ConnectsToIgnore = 3 };
        await using FakeNode node = FakeNode.Start(cluster);
        // A node that is met so slowly that three attempts fail.
        await using KafkaActorsClient client = await TestClient.StartAsync(
            node,
            timeout,
            "kafka-actors.client {\n socket.connection.setup.timeout.ms = 450\n request.timeout.ms = 30000\n}");
        IEnumerable<long> attempts =
            cluster.Received.OfType<SessionProtocol.Connect>().Select(greeting => greeting.CorrelationId).Distinct();
        Assert.That(attempts.Count(), Is.GreaterThan(1));
    }

    [Test]
    public async Task A_session_too_many_is_ended(CancellationToken timeout)
    {
        var cluster = new FakeCluster { AnswersConnectTwice = true };
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        while (!cluster.Received.OfType<SessionProtocol.Disconnect>().Any()) await Yield(timeout);
        await client.Admin.DescribeAsync(null, cancellationToken: timeout);
        Assert.That(cluster.Received.OfType<SessionProtocol.Connect>().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_next_contact_point_is_tried_when_the_first_is_dead(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await KafkaActorsClient.StartAsync(
            $"127.0.0.1:{FreePort()},127.0.0.1:{node.Port}", TestClient.Overlay(""), timeout);
        await using RecordProducer producer = client.CreateRecordProducer();
        Assert.That((await producer.ProduceAsync(new ProducerRecord("t", null, null), timeout)).Offset, Is.Zero);
    }

    [Test]
    public async Task A_session_that_falls_silent_is_replaced(CancellationToken timeout)
    {
        var cluster = new FakeCluster { IdleTimeout = TimeSpan.FromSeconds(1) };
        cluster.AddTopic("t");
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(
            node, timeout, "kafka-actors.client.request.timeout.ms = 30000");
        await using RecordProducer producer = client.CreateRecordProducer();
        await producer.ProduceAsync(new ProducerRecord("t", null, null), timeout);
        cluster.MuteSessions();
        // Long before the request's own timeout the connection misses its keep-alive.
        Delivery second = await producer.ProduceAsync(new ProducerRecord("t", null, null), timeout);
        Assert.That(second.Offset, Is.EqualTo(1));
        Assert.That(cluster.Received.OfType<SessionProtocol.Connect>().Count(), Is.GreaterThan(1));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task Yield(CancellationToken timeout)
    {
        timeout.ThrowIfCancellationRequested();
        await Task.Yield();
    }
}
