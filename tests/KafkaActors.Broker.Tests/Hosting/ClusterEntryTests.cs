using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;

namespace KafkaActors.Broker.Tests.Hosting;

public sealed class ClusterEntryTests
{
    private static readonly Address Self = new("akka.tcp", "kafka-actors", "127.0.0.1", 4053);

    [TestCase("broker-1:4053", "akka.tcp://kafka-actors@broker-1:4053")]
    [TestCase("10.0.0.7:5000", "akka.tcp://kafka-actors@10.0.0.7:5000")]
    [TestCase("akka.tcp://other@broker-1:4053", "akka.tcp://other@broker-1:4053")]
    public void A_seed_is_a_host_and_port_or_a_whole_address(string seed, string address) =>
        Assert.That(ClusterEntry.Parse(seed, Self).ToString(), Is.EqualTo(address));

    [TestCase("broker-1")]
    [TestCase(":4053")]
    [TestCase("broker-1:")]
    [TestCase("broker-1:0")]
    [TestCase("broker-1:70000")]
    [TestCase("akka.tcp://")]
    public void A_seed_that_cannot_be_read_is_named(string seed) =>
        Assert.That(() => ClusterEntry.Parse(seed, Self), Throws.TypeOf<InvalidSettingException>()
            .With.Message.EqualTo(
                $"kafka-actors.cluster.seeds = \"{seed}\" cannot be read; expected HOST:PORT"));
}
