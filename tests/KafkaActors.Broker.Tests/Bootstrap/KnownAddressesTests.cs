using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using KafkaActors.Broker.Bootstrap;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Hosting;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Bootstrap;

public sealed class KnownAddressesTests
{
    private const string Prefix = "akka.tcp://kafka-actors@";

    private static readonly Address Self = new("akka.tcp", "kafka-actors", "a", 4053);

    [TestCase("broker-1:4053", "akka.tcp://kafka-actors@broker-1:4053")]
    [TestCase("10.0.0.7:5000", "akka.tcp://kafka-actors@10.0.0.7:5000")]
    [TestCase("akka.tcp://other@broker-1:4053", "akka.tcp://other@broker-1:4053")]
    public void A_seed_is_a_host_and_port_or_a_whole_address(string seed, string address) =>
        Assert.That(KnownAddresses.Parse(seed, Self, "k").ToString(), Is.EqualTo(address));

    [TestCase("broker-1")]
    [TestCase(":4053")]
    [TestCase("broker-1:")]
    [TestCase("broker-1:0")]
    [TestCase("broker-1:70000")]
    [TestCase("akka.tcp://")]
    public void A_seed_that_cannot_be_read_is_named(string seed) =>
        Assert.That(() => Known($"cluster.seeds = [\"{seed}\"]"), Throws.TypeOf<InvalidSettingException>()
            .With.Message.EqualTo(
                $"kafka-actors.cluster.seeds = \"{seed}\" cannot be read; expected HOST:PORT"));

    [TestCase("[\"a:4053\", \"b:4053\", \"c:4053\"]")]
    [TestCase("[\"c:4053\", \"b:4053\"]")]
    [TestCase("\"c:4053, a:4053, b:4053\"")]
    public void Seeds_are_first_voters_with_the_node_itself_in_any_order(string seeds)
    {
        KnownAddresses known = Known($"cluster.seeds = {seeds}");
        string[] all = [Prefix + "a:4053", Prefix + "b:4053", Prefix + "c:4053"];
        Assert.That(known.FirstVoters.Keys, Is.EqualTo(all));
        Assert.That(known.Others, Is.EquivalentTo(new[] { Prefix + "b:4053", Prefix + "c:4053" }));
    }

    [Test]
    public void Quorum_voters_are_first_voters_by_their_ids_and_seeds_are_asked_beside_them()
    {
        KnownAddresses known = Known(
            """
            node.id = 2
            controller.quorum.voters = "1@b:4053,2@a:4053"
            cluster.seeds = ["d:4053"]
            """);
        Assert.That(known.FirstVoters, Is.EqualTo(new Dictionary<string, NodeId?>
        {
            [Prefix + "a:4053"] = new NodeId(2), [Prefix + "b:4053"] = new NodeId(1),
        }));
        Assert.That(known.Others, Is.EquivalentTo(new[] { Prefix + "b:4053", Prefix + "d:4053" }));
    }

    [Test]
    public void A_single_quorum_voter_is_the_node_itself_wherever_it_is_said_to_be()
    {
        KnownAddresses known = Known("controller.quorum.voters = [\"1@localhost:9093\"]");
        Assert.That(known.FirstVoters.Keys, Is.EqualTo(new[] { Prefix + "a:4053" }));
        Assert.That(known.Others, Is.Empty);
    }

    [Test]
    public void A_node_that_is_named_at_another_address_is_told() =>
        Assert.That(
            () => Known("controller.quorum.voters = \"1@a:9093,2@b:9093\""),
            Throws.TypeOf<InvalidSettingException>().With.Message.StartsWith(
                "kafka-actors.controller.quorum.voters has node 1 at a:9093, and its Akka door is a:4053"));

    [TestCase("controller.quorum.voters = \"1-a:9093\"", "expected ID@HOST:PORT")]
    [TestCase("controller.quorum.voters = \"1@a:1,1@b:1\"", "names a node twice")]
    [TestCase("process.roles = broker\ncontroller.quorum.voters = \"1@a:1\"", "which has no role voter")]
    public void Quorum_voters_that_cannot_be_are_refused(string hocon, string said) =>
        Assert.That(
            () => Known(hocon), Throws.TypeOf<InvalidSettingException>().With.Message.Contains(said));

    [Test]
    public void A_broker_that_is_no_voter_is_no_first_voter()
    {
        KnownAddresses known = Known("process.roles = broker\ncluster.seeds = [\"b:4053\", \"a:4053\"]");
        Assert.That(known.FirstVoters.Keys, Is.EqualTo(new[] { Prefix + "b:4053" }));
    }

    [Test]
    public void Voters_that_the_log_names_are_asked_where_they_registered()
    {
        DirectoryId directory = DirectoryId.NewRandom();
        var log = new StoredLog(
            "c",
            new(1, new MetadataOffset(9)),
            [new Voter(new NodeId(1), directory), new Voter(new NodeId(2), directory)],
            ImmutableDictionary<NodeId, string>.Empty
                .Add(new NodeId(1), Prefix + "a:4053")
                .Add(new NodeId(2), Prefix + "b:4053")
                .Add(new NodeId(3), Prefix + "c:4053"));
        Assert.That(Known("", log).Others, Is.EqualTo(new[] { Prefix + "b:4053" }));
    }

    private static KnownAddresses Known(string hocon, StoredLog? log = null) => KnownAddresses.Of(
        NodeSettings.Read(ConfigurationFactory.ParseString($"kafka-actors {{\n{hocon}\n}}")
            .WithFallback(KafkaActorsConfig.Reference)),
        log ?? StoredLog.None,
        Self);
}
