using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Hosting;

/// <summary>A broker in a host's ActorSystem: the host decides which cluster that is in.</summary>
public sealed class HostedNodeTests
{
    private TempDirectory _data = null!;

    [SetUp]
    public void CreateData() => _data = new TempDirectory();

    [TearDown]
    public void RemoveData() => _data.Dispose();

    [Test]
    public async Task In_a_system_that_is_in_a_cluster_the_broker_joins_nothing_by_itself()
    {
        // Seeds that nobody answers: a broker that asked them would not start.
        var system = Akka.Actor.ActorSystem.Create("host", Fragment("cluster.seeds = [\"127.0.0.1:1\"]"));
        var cluster = Cluster.Get(system);
        await cluster.JoinAsync(cluster.SelfAddress);
        int uid = cluster.SelfUniqueAddress.Uid;
        await using (KafkaActorsNode node = await KafkaActorsNode.StartInAsync(system, new NodeOptions()))
        {
            Assert.That(cluster.State.Members.Select(member => member.UniqueAddress.Uid), Is.EqualTo(new[] { uid }));
        }

        IActorRef left = await system.ActorSelection("/user/kafka-actors-bootstrap").ResolveOne(TimeSpan.FromSeconds(1))
            .ContinueWith(found => found.IsCompletedSuccessfully ? found.Result : ActorRefs.Nobody);
        Assert.That(left, Is.EqualTo(ActorRefs.Nobody), "the host's system is as it was");
        await system.Terminate();
    }

    [Test]
    public async Task In_a_system_that_is_configured_for_a_cluster_the_broker_waits_for_the_host()
    {
        var host = Akka.Actor.ActorSystem.Create("host", Fragment(""));
        Cluster.Get(host).Join(Cluster.Get(host).SelfAddress);
        var system = Akka.Actor.ActorSystem.Create(
            "host",
            Fragment($"node.id = 2\n}}\nakka.cluster {{\nseed-nodes = [\"{Cluster.Get(host).SelfAddress}\"]", "2"));
        // Both at once: sharding serves once it runs on a majority of the members.
        Task<KafkaActorsNode> starting = KafkaActorsNode.StartInAsync(host, new NodeOptions());
        await using (KafkaActorsNode second = await KafkaActorsNode.StartInAsync(system, new NodeOptions()))
        await using (KafkaActorsNode first = await starting)
        {
            Assert.That(Cluster.Get(host).State.Members, Has.Count.EqualTo(2));
            Assert.That(second.NodeId.Value, Is.EqualTo(2));
        }

        await system.Terminate();
        await host.Terminate();
    }

    [TestCase("\"\"", "is not set")]
    [TestCase("\"Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster\"", "SplitBrainResolverProvider")]
    public async Task A_system_with_another_downing_provider_is_refused_with_the_remedy(string provider, string said)
    {
        var system = Akka.Actor.ActorSystem.Create(
            "host", Fragment($"node.id = 1\n}}\nakka.cluster {{\ndowning-provider-class = {provider}"));
        Assert.That(
            () => KafkaActorsNode.StartInAsync(system, new NodeOptions()),
            Throws.TypeOf<NodeStartException>().With.Message.StartsWith("akka.cluster.downing-provider-class is ")
                .And.Message.Contains(said).And.Message.Contains("take the key out of the configuration"));
        Assert.That(Directory.Exists(_data.Combine("1")), Is.False, "nothing was begun");
        await system.Terminate();
    }

    private Config Fragment(string hocon, string directory = "1") => KafkaActorsConfig.Fragment(
        ConfigurationFactory.ParseString(
            $$"""
            kafka-actors {
              log.dirs = "{{_data.Combine(directory)}}"
              listeners.akka.port = 0
              listeners.kafka.port = 0
              {{hocon}}
            }
            akka.remote.dot-netty.tcp.hostname = "127.0.0.1"
            akka.remote.dot-netty.tcp.port = 0
            akka.loglevel = WARNING
            # Singleton managers that stopped with a node leave Akka a task; a stop of the system waits for it in vain.
            akka.coordinated-shutdown.phases.cluster-exiting.timeout = 1s
            """));
}
