using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;

namespace KafkaActors.Broker.Tests.Configuration;

public sealed class AkkaBindingTests
{
    private const string Secret = "cluster.secret.file = held";

    [TestCase("")]
    [TestCase("listeners.host = localhost", "localhost")]
    [TestCase("listeners.akka.host = \"::1\"", "::1")]
    [TestCase("listeners.host = \"127.0.0.2\"", "127.0.0.2")]
    [TestCase("cluster.seeds = [\"127.0.0.1:4053\", \"[::1]:4053\", \"localhost:4053\"]")]
    public void Loopback_needs_no_secret(string setting, string host = "127.0.0.1") =>
        Assert.That(Of(setting), Is.EqualTo(new AkkaBinding(host, host, IsKeptBack: false)));

    [Test]
    public void Without_a_secret_the_port_stays_on_loopback_where_only_the_others_are_asked_for_and_says_so()
    {
        const string setting = "listeners.host = \"0.0.0.0\"\nkafka-actors.listeners.advertised.host = broker-1";
        Assert.That(Of(setting), Is.EqualTo(new AkkaBinding("127.0.0.1", "127.0.0.1", IsKeptBack: true)));
        string[] warnings = [.. StartWarnings.Of(Read(setting), ownsProcess: true)];
        Assert.That(warnings, Has.Length.EqualTo(1));
        Assert.That(warnings[0], Does.Contain("127.0.0.1 alone").And.Contain("kafka-actors.cluster.secret.file"));
        // In a host's ActorSystem the port is the host's.
        Assert.That(StartWarnings.Of(Read(setting), ownsProcess: false), Is.Empty);
    }

    [TestCase("listeners.akka.host = \"10.0.0.1\"", "listeners.akka.host = 10.0.0.1")]
    [TestCase("listeners.host = broker-1\nkafka-actors.cluster.seeds = [\"broker-2:4053\"]", "broker-2:4053")]
    [TestCase("controller.quorum.voters = [\"2@10.0.0.2:4053\"]", "2@10.0.0.2:4053")]
    [TestCase("listeners.host = broker-1\nkafka-actors.cluster.seeds = [\"akka.tcp://x@broker-2:4053\"]", "broker-2")]
    public void Asked_to_be_reached_by_others_without_a_secret_it_is_refused_with_the_remedy(
        string setting, string named) => Assert.That(
        () => Of(setting),
        Throws.TypeOf<InvalidSettingException>().With.Message.Contains(named)
            .And.Message.Contains("make-secrets.sh").And.Message.Not.Contains("\n"));

    [TestCase("listeners.host = broker-1", "broker-1")]
    [TestCase("listeners.host = broker-1\nkafka-actors.listeners.akka.host = \"10.0.0.1\"", "10.0.0.1")]
    public void With_a_secret_it_listens_where_it_is_said(string setting, string host)
    {
        Assert.That(Of($"{setting}\nkafka-actors.{Secret}"), Is.EqualTo(new AkkaBinding(host, host, false)));
        Assert.That(StartWarnings.Of(Read($"{setting}\nkafka-actors.{Secret}"), ownsProcess: true), Is.Empty);
    }

    [TestCase("cluster.client.secret.file = held", "kafka-actors.cluster.secret.file")]
    [TestCase("cluster.secret.file = \"/no/such/file\"", "/no/such/file")]
    [TestCase(Secret + "\nakka.remote.dot-netty.tcp.applied-adapters = [trttl]", "kafka-actors-secret")]
    public void Secrets_that_cannot_be_used_or_would_not_be_asked_for_end_the_start(string setting, string named)
    {
        Config config = KafkaActorsConfig.ForProcess(ConfigurationFactory.ParseString($"kafka-actors.{setting}"));
        Assert.That(
            () => SecretCheck.Of(config),
            Throws.TypeOf<InvalidSettingException>().With.Message.Contains(named).And.Message.Not.Contains("\n"));
    }

    private static AkkaBinding Of(string setting)
    {
        NodeSettings settings = Read(setting);
        return AkkaBinding.Of(settings.Listeners, settings.Cluster);
    }

    private static NodeSettings Read(string setting)
    {
        Config user = setting.Length == 0 ? Config.Empty : ConfigurationFactory.ParseString($"kafka-actors.{setting}");
        return NodeSettings.Read(user.WithFallback(KafkaActorsConfig.Reference));
    }
}
