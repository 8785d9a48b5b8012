using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;

namespace KafkaActors.Broker.Tests.Hosting;

public sealed class NodeConfigurationTests
{
    private static readonly string[] HostRoles = ["web", "voter", "broker", "node-7"];

    [Test]
    public void A_value_wins_over_the_file_and_a_later_one_over_an_earlier()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "kafka-actors.node.id = 3\nkafka-actors.num.partitions = 4\n");
        Config config = NodeConfiguration.Load(file, [new("node.id", "5"), new("kafka-actors.node.id", "6")]);
        File.Delete(file);
        NodeSettings settings = NodeSettings.Read(config.WithFallback(KafkaActorsConfig.Reference));
        Assert.That(settings.NodeId.Value, Is.EqualTo(6));
        Assert.That(settings.Topics.DefaultPartitions, Is.EqualTo(4));
    }

    [TestCase("a \"quoted\" place")]
    [TestCase("C:\\data\\new")]
    [TestCase("/tmp/with space/#hash")]
    [TestCase("a=b{c}")]
    public void A_value_is_taken_as_it_stands(string value)
    {
        Config config = NodeConfiguration.Load(null, [NodeConfiguration.Split($"log.dirs={value}")]);
        Assert.That(NodeSettings.Read(config.WithFallback(KafkaActorsConfig.Reference)).Log.Directories,
            Is.EqualTo(new[] { value }));
    }

    [Test]
    public void A_missing_file_is_named() =>
        Assert.That(() => NodeConfiguration.Load("/no/such/file.conf", []), Throws.TypeOf<NodeStartException>()
            .With.Message.StartsWith("the configuration file /no/such/file.conf cannot be read"));

    [Test]
    public void A_setting_without_a_value_is_named() =>
        Assert.That(() => NodeConfiguration.Split("node.id"), Throws.TypeOf<NodeStartException>()
            .With.Message.Contains("\"node.id\" is no setting; expected PATH=VALUE"));

    [Test]
    public void A_fragment_for_a_host_keeps_its_roles_and_adds_ours()
    {
        Config fragment = KafkaActorsConfig.Fragment(ConfigurationFactory.ParseString(
            """
            akka.cluster.roles = ["web"]
            kafka-actors.node.id = 7
            """));
        Assert.That(fragment.GetStringList("akka.cluster.roles"), Is.EqualTo(HostRoles));
        Assert.That(fragment.GetString("akka.cluster.sharding.state-store-mode", null), Is.EqualTo("ddata"));
        Assert.That(fragment.HasPath("akka.loggers"), Is.False);
    }

    [Test]
    public void A_process_of_its_own_binds_where_the_settings_say()
    {
        Config config = KafkaActorsConfig.ForProcess(ConfigurationFactory.ParseString(
            """
            kafka-actors.listeners.host = "0.0.0.0"
            kafka-actors.listeners.advertised.host = "broker1"
            kafka-actors.cluster.secret.file = "held"
            kafka-actors.listeners.akka.port = 0
            kafka-actors.listeners.kafka.port = 0
            """));
        Assert.That(config.GetString("akka.remote.dot-netty.tcp.hostname", null), Is.EqualTo("0.0.0.0"));
        Assert.That(config.GetString("akka.remote.dot-netty.tcp.public-hostname", null), Is.EqualTo("broker1"));
        Assert.That(config.GetInt("akka.remote.dot-netty.tcp.port", -1), Is.Zero);
    }
}
