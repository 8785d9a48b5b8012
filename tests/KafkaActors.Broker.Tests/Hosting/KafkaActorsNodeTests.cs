using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Broker.Partitions;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Hosting;

public sealed class KafkaActorsNodeTests
{
    private TempDirectory _data = null!;

    [SetUp]
    public void CreateData() => _data = new TempDirectory();

    [TearDown]
    public void RemoveData() => _data.Dispose();

    [Test]
    public async Task A_node_starts_on_a_free_port_stops_and_starts_again_on_another()
    {
        for (int start = 0; start < 2; start++)
        {
            KafkaActorsNode node = await KafkaActorsNode.StartAsync(Config(), new NodeOptions());
            Assert.That(node.Doors.Single(door => door.Name == "akka").Port, Is.GreaterThan(0));
            Assert.That(node.AkkaAddress, Does.StartWith("akka.tcp://kafka-actors@127.0.0.1:"));
            await node.StopAsync();
            Assert.That(await node.Stopped, Is.EqualTo(NodeStopReason.Requested));
        }
    }

    [Test]
    public async Task A_node_that_has_started_is_at_home_in_its_shard()
    {
        await using KafkaActorsNode node = await KafkaActorsNode.StartAsync(Config("node.id = 3"), new NodeOptions());
        IActorRef region = ClusterSharding.Get(node.System).ShardRegion(PartitionSharding.TypeName);
        ShardRegionStats stats = await region.Ask<ShardRegionStats>(
            GetShardRegionStats.Instance, TimeSpan.FromSeconds(10));
        Assert.That(stats.Stats.Keys, Is.EqualTo(new[] { "3" }));
    }

    [Test]
    public async Task A_node_that_comes_back_belongs_to_the_cluster_it_formed()
    {
        await (await KafkaActorsNode.StartAsync(Config(), new NodeOptions())).StopAsync();
        string first = ClusterId();
        await (await KafkaActorsNode.StartAsync(Config(), new NodeOptions())).StopAsync();
        Assert.That(first, Has.Length.EqualTo(22));
        Assert.That(ClusterId(), Is.EqualTo(first));
    }

    [Test]
    public async Task A_stopped_node_leaves_its_directory_cleanly_closed()
    {
        await (await KafkaActorsNode.StartAsync(Config(), new NodeOptions())).StopAsync();
        Assert.That(File.Exists(_data.Combine(".kafka_cleanshutdown")), Is.True);
    }

    [Test]
    public async Task A_node_in_a_hosts_system_stops_without_it()
    {
        Config config = KafkaActorsConfig.Fragment(Config("node.id = 7").WithFallback(ConfigurationFactory.ParseString(
            """
            akka.remote.dot-netty.tcp.hostname = "127.0.0.1"
            akka.remote.dot-netty.tcp.port = 0
            akka.loglevel = WARNING
            # Singleton managers that stopped with a node leave Akka a task; a stop of the system waits for it in vain.
            akka.coordinated-shutdown.phases.cluster-exiting.timeout = 1s
            """)));
        var system = Akka.Actor.ActorSystem.Create("host", config);
        KafkaActorsNode node = await KafkaActorsNode.StartInAsync(system, new NodeOptions());
        Assert.That(node.AkkaAddress, Does.StartWith("akka.tcp://host@127.0.0.1:"));
        Assert.That(node.NodeId.Value, Is.EqualTo(7));
        await node.StopAsync();
        Assert.That(system.WhenTerminated.IsCompleted, Is.False);
        Assert.That(File.Exists(_data.Combine(".kafka_cleanshutdown")), Is.True);
        await system.Terminate();
    }

    [Test]
    public async Task A_node_ends_with_its_hosts_system()
    {
        Config config = KafkaActorsConfig.Fragment(Config().WithFallback(ConfigurationFactory.ParseString(
            """
            akka.remote.dot-netty.tcp.hostname = "127.0.0.1"
            akka.remote.dot-netty.tcp.port = 0
            akka.loglevel = WARNING
            # Singleton managers that stopped with a node leave Akka a task; a stop of the system waits for it in vain.
            akka.coordinated-shutdown.phases.cluster-exiting.timeout = 1s
            """)));
        var system = Akka.Actor.ActorSystem.Create("host", config);
        KafkaActorsNode node = await KafkaActorsNode.StartInAsync(system, new NodeOptions());
        await system.Terminate();
        Assert.That(await node.Stopped, Is.EqualTo(NodeStopReason.Removed));
    }

    [Test]
    public async Task A_second_node_on_the_same_data_directory_is_refused()
    {
        await using KafkaActorsNode node = await KafkaActorsNode.StartAsync(Config(), new NodeOptions());
        Assert.That(
            () => KafkaActorsNode.StartAsync(Config(), new NodeOptions()),
            Throws.TypeOf<NodeStartException>().With.Message.StartsWith($"{_data.Path} is in use by another process"));
    }

    [Test]
    public async Task Another_nodes_data_directory_is_refused_with_the_id_it_belongs_to()
    {
        await (await KafkaActorsNode.StartAsync(Config(), new NodeOptions())).StopAsync();
        Assert.That(
            () => KafkaActorsNode.StartAsync(Config("node.id = 2"), new NodeOptions()),
            Throws.TypeOf<NodeStartException>()
                .With.Message.StartsWith($"{_data.Path} belongs to node 1, this is node 2"));
    }

    [Test]
    public void A_busy_port_is_named_with_its_option_and_leaves_the_directory_free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        for (int start = 0; start < 2; start++)
        {
            Assert.That(
                () => KafkaActorsNode.StartAsync(Config($"listeners.akka.port = {port}"), new NodeOptions()),
                Throws.TypeOf<NodeStartException>().With.Message.Contains($"port {port} on 127.0.0.1 is in use")
                    .And.Message.Contains("--akka-port"));
        }
    }

    [Test]
    public void A_host_of_another_machine_is_named_with_its_option() =>
        Assert.That(
            () => KafkaActorsNode.StartAsync(Config("listeners.host = \"192.0.2.1\""), new NodeOptions()),
            Throws.TypeOf<NodeStartException>().With.Message.StartsWith("192.0.2.1 is no address of this machine"));

    [Test]
    public async Task A_system_without_the_fragment_is_told_so()
    {
        var system = Akka.Actor.ActorSystem.Create("bare");
        Assert.That(
            () => KafkaActorsNode.StartInAsync(system, new NodeOptions()),
            Throws.TypeOf<NodeStartException>().With.Message.Contains("KafkaActorsConfig.Fragment"));
        await system.Terminate();
    }

    private string ClusterId() => File.ReadLines(_data.Combine("meta.properties"))
        .Single(line => line.StartsWith("cluster.id=", StringComparison.Ordinal))["cluster.id=".Length..];

    private Config Config(string setting = "") => ConfigurationFactory.ParseString(
        $$"""
        kafka-actors {
          log.dirs = "{{_data.Path}}"
          listeners.akka.port = 0
          listeners.kafka.port = 0
          {{setting}}
        }
        """);
}
