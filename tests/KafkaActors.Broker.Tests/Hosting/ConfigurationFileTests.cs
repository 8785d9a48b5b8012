using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Hosting;

public sealed class ConfigurationFileTests
{
    // Kafka's own config/kraft/server.properties in what it sets, with blanks and cases as people write them.
    private const string ServerProperties =
        """
        # Licensed to somebody
        process.roles=broker,controller
        node.id=7
        controller.quorum.voters=7@localhost:9093
        listeners=PLAINTEXT://127.0.0.1:0,CONTROLLER://127.0.0.1:9093
        inter.broker.listener.name=PLAINTEXT
        advertised.listeners=PLAINTEXT://kafka.test:9092
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
        num.network.threads=3
        num.io.threads=8
        log.dirs=/tmp/kraft-combined-logs
        num.partitions= 4
        auto.create.topics.enable=False
        offsets.topic.replication.factor=1
        log.retention.hours=48
        log.segment.bytes=1073741824
        log.retention.check.interval.ms=300000
        """;

    private TempDirectory _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TempDirectory();

    [TearDown]
    public void DropFolder() => _folder.Dispose();

    [TestCase("server.properties")]
    [TestCase("named.conf")]
    public void A_properties_file_of_Kafka_s_is_used_and_what_is_not_is_said_once(string name)
    {
        var warnings = new List<string>();
        NodeSettings settings = Load(name, ServerProperties, warnings.Add);
        Assert.That(settings.NodeId.Value, Is.EqualTo(7));
        Assert.That(settings.Roles, Is.EqualTo(new[] { "voter", "broker" }));
        Assert.That(settings.Log.Directories, Is.EqualTo(new[] { "/tmp/kraft-combined-logs" }));
        Assert.That((settings.Topics.DefaultPartitions, settings.Topics.AutoCreate), Is.EqualTo((4, false)));
        Assert.That(settings.TopicDefaults.RetentionHours, Is.EqualTo(TimeSpan.FromDays(2)));
        Assert.That(
            NamedListener.Of(settings),
            Is.EqualTo(new[] { new NamedListener("PLAINTEXT", "127.0.0.1", 0, "kafka.test", 9092) }));
        Assert.That(settings.Cluster.QuorumVoters, Is.EqualTo(new[] { "7@localhost:9093" }));
        Assert.That(warnings.Single(), Does.Contain(name)
            .And.Contain("num.network.threads").And.Not.Contain("num.partitions").And.Not.Contain("\n"));
    }

    [TestCase("listeners=SASL_SSL://127.0.0.1:9094", "SASL_SSL")]
    [TestCase("listeners=A://127.0.0.1:1\nlistener.security.protocol.map=A:SSL", "SSL on listener A")]
    [TestCase("authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer", "authorizer")]
    [TestCase("controller.quorum.voters=1@a:9093,b:9093", "ID@HOST:PORT")]
    [TestCase("remote.log.storage.system.enable=true", "tiered storage")]
    public void What_a_properties_file_asks_for_and_cannot_have_ends_the_start(string text, string said) =>
        Assert.That(
            () => Load("server.properties", text),
            Throws.InstanceOf<NodeStartException>().With.Message.Contains("server.properties")
                .And.Message.Contains(said).And.Message.Not.Contains("\n"));

    [Test]
    public void An_unclosed_brace_is_one_line_with_file_line_and_remedy() => Assert.That(
        () => Load("my.conf", "# mine\nkafka-actors {\n  node.id = 3\n"),
        Throws.TypeOf<NodeStartException>().With.Message.EndsWith(
            "my.conf, line 2: the '{' that opens kafka-actors is not closed; add a '}'"));

    [Test]
    public void An_unknown_key_is_one_line_with_file_line_and_what_was_meant() => Assert.That(
        () => Load("my.conf", "kafka-actors {\n  node.id = 3\n  log {\n    segmnt.bytes = 5\n  }\n}"),
        Throws.TypeOf<InvalidSettingException>().With.Message.EndsWith(
            "my.conf, line 4: kafka-actors.log.segmnt.bytes is not a setting; did you mean "
            + "kafka-actors.log.segment.bytes?"));

    [TestCase("kafka.listeners = [\"SSL://127.0.0.1:9094\"]", "kafka-actors.kafka.listeners asks for SSL")]
    [TestCase("kafka.listeners = [\"SASL_SSL://127.0.0.1:9094\"]", "kafka-actors.kafka.listeners asks for SASL_SSL")]
    [TestCase("node.id = many", "kafka-actors.node.id = \"many\" cannot be read")]
    public void A_value_that_cannot_be_used_is_placed_as_well(string setting, string said) => Assert.That(
        () => Load("my.conf", $"kafka-actors {{\n\n  {setting}\n}}"),
        Throws.TypeOf<InvalidSettingException>().With.Message.Contains($"my.conf, line 3: {said}")
            .And.Message.Not.Contains("\n"));

    [Test]
    public void A_file_without_a_setting_of_a_node_is_refused() => Assert.That(
        () => Load("my.conf", "kafka {\n node.id = 3\n}"),
        Throws.TypeOf<NodeStartException>().With.Message.Contains("my.conf").And.Message.Contains("kafka-actors { }"));

    [TestCase("garbage")]
    [TestCase("kafka {\n node.id = 3\n}")]
    [TestCase("{ }")]
    public void What_holds_no_setting_is_not_taken_for_a_configuration(string text) => Assert.That(
        () => Load("my.conf", text), Throws.InstanceOf<NodeStartException>().With.Message.Contains("my.conf"));

    [TestCase("")]
    [TestCase("\n# kafka-actors.node.id = 3\n")]
    public void An_empty_file_sets_nothing(string text) =>
        Assert.That(Load("my.conf", text).NodeId.Value, Is.EqualTo(1));

    [Test]
    public void An_include_is_named_as_what_it_is() => Assert.That(
        () => Load("my.conf", "kafka-actors.node.id = 3\ninclude \"other.conf\"\n"),
        Throws.TypeOf<NodeStartException>().With.Message.Contains("my.conf, line 2: include is not supported"));

    [Test]
    public void A_setting_of_Kafka_s_that_can_be_ignored_is_named_at_the_start_and_no_fault()
    {
        NodeSettings settings = Load(
            "my.conf", "kafka-actors {\n num.network.threads = 8\n listeners.http.port = 81\n}");
        string[] warnings = [.. StartWarnings.Of(settings, ownsProcess: true)];
        Assert.That(warnings, Has.Length.EqualTo(2));
        Assert.That(warnings[0], Does.StartWith("kafka-actors.num.network.threads").And.Contain("no effect"));
        Assert.That(warnings[1], Does.StartWith("kafka-actors.listeners.http").And.Contain("stays shut"));
        Assert.That(StartWarnings.Of(NodeSettings.Read(KafkaActorsConfig.Reference), ownsProcess: true), Is.Empty);
    }

    [Test]
    public void What_is_a_setting_here_is_not_ignored() =>
        Assert.That(NodeSettings.Paths.Where(path => IgnoredSettings.Reason(path) is not null), Is.Empty);

    private NodeSettings Load(string name, string text, Action<string>? warn = null)
    {
        string path = Path.Combine(_folder.Path, name);
        File.WriteAllText(path, text);
        Config config = NodeConfiguration.Load(path, [], warn);
        return NodeSettings.Read(config.WithFallback(KafkaActorsConfig.Reference));
    }
}
