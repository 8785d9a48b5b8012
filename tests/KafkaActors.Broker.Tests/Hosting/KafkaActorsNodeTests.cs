using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using KafkaActors.Broker.Hosting;

namespace KafkaActors.Broker.Tests.Hosting;

public sealed class KafkaActorsNodeTests
{
    [Test]
    public async Task A_node_starts_on_a_free_port_and_stops()
    {
        KafkaActorsNode node = await KafkaActorsNode.StartAsync(Config(0), new NodeOptions());
        Assert.That(node.Doors.Single().Port, Is.GreaterThan(0));
        Assert.That(node.AkkaAddress, Does.StartWith("akka.tcp://kafka-actors@127.0.0.1:"));
        await node.StopAsync();
        Assert.That(await node.Stopped, Is.EqualTo(NodeStopReason.Requested));
    }

    [Test]
    public void A_busy_port_is_named_with_its_option()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.That(
            () => KafkaActorsNode.StartAsync(Config(port), new NodeOptions()),
            Throws.TypeOf<NodeStartException>().With.Message.Contains($"port {port} on 127.0.0.1 is in use")
                .And.Message.Contains("--akka-port"));
    }

    private static Config Config(int port) =>
        ConfigurationFactory.ParseString($"kafka-actors.listeners.akka.port = {port}");
}
