using System.Net;
using System.Net.Sockets;
using KafkaActors.Broker.Configuration;

namespace KafkaActors.Testing.Tests;

public sealed class RestartTests
{
    private KafkaActorsBroker _kafka = null!;

    [SetUp]
    public async Task Start() => _kafka = await KafkaActorsBroker.StartAsync();

    [TearDown]
    public async Task Stop() => await _kafka.DisposeAsync();

    [Test]
    public async Task A_broker_comes_back_at_its_addresses_with_its_records_and_clients_go_on()
    {
        (string kafka, string akka) = (_kafka.BootstrapServers, _kafka.AkkaAddress);
        using KafkaClient client = new(kafka);
        await _kafka.CreateTopicAsync("kept", partitions: 1);
        await client.ProduceAsync("kept", "before");

        await _kafka.RestartAsync();
        Assert.That((_kafka.BootstrapServers, _kafka.AkkaAddress), Is.EqualTo((kafka, akka)));
        Assert.That(await client.ProduceAsync("kept", "after"), Is.EqualTo(1));
        Assert.That(client.Read("kept", 2), Is.EqualTo(new[] { "before", "after" }));
    }

    [Test]
    public async Task A_record_sent_while_the_broker_is_stopped_arrives_when_it_is_back()
    {
        using KafkaClient client = new(_kafka.BootstrapServers);
        await _kafka.CreateTopicAsync("late", partitions: 1);
        await client.ProduceAsync("late", "first");
        await _kafka.StopAsync();

        Task<long> sent = client.ProduceAsync("late", "second");
        Assert.That(sent.IsCompleted, Is.False);
        await _kafka.RestartAsync();
        Assert.That(await sent, Is.EqualTo(1));
    }

    [Test]
    public async Task A_stopped_broker_is_not_there()
    {
        await _kafka.StopAsync();
        await _kafka.StopAsync();
        Assert.That(() => _kafka.CreateTopicAsync("none"), Throws.InvalidOperationException);
        using TcpClient client = new();
        Assert.That(
            () => client.ConnectAsync(IPEndPoint.Parse(_kafka.BootstrapServers)),
            Throws.TypeOf<SocketException>());
    }

    [Test]
    public async Task A_port_that_was_taken_meanwhile_is_named()
    {
        await _kafka.StopAsync();
        var port = IPEndPoint.Parse(_kafka.BootstrapServers);
        using (TcpListener thief = new(port))
        {
            thief.Start();
            Assert.That(
                () => _kafka.RestartAsync(),
                Throws.TypeOf<NodeStartException>().With.Message.Contains($"port {port.Port}"));
        }

        await _kafka.RestartAsync();
        await _kafka.CreateTopicAsync("again");
    }

    [Test]
    public async Task A_broker_that_is_disposed_of_does_not_come_back()
    {
        await _kafka.DisposeAsync();
        Assert.That(() => _kafka.RestartAsync(), Throws.TypeOf<ObjectDisposedException>());
    }
}
