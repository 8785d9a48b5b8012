using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;

namespace KafkaActors.Broker.Tests.Configuration;

public sealed class NamedListenerTests
{
    [Test]
    public void Without_any_there_is_one_at_the_node_s_own_address()
    {
        Assert.That(Of(""), Is.EqualTo(new[] { new NamedListener("PLAINTEXT", "127.0.0.1", 9092, "127.0.0.1", 0) }));
        Assert.That(
            Of("listeners.host = \"::1\"", "listeners.kafka.port = 5"),
            Is.EqualTo(new[] { new NamedListener("PLAINTEXT", "::1", 5, "::1", 0) }));
    }

    [Test]
    public void Several_keep_their_order_and_each_has_the_address_it_is_advertised_under()
    {
        IReadOnlyList<NamedListener> listeners = Of(
            "kafka.listeners = [\"INTERNAL://10.0.0.1:9093\", \"external://0.0.0.0:9092\"]",
            "kafka.advertised.listeners = [\"EXTERNAL://kafka.example.com:19092\"]");
        Assert.That(listeners, Is.EqualTo(new[]
        {
            new NamedListener("INTERNAL", "10.0.0.1", 9093, "10.0.0.1", 0),
            new NamedListener("EXTERNAL", "0.0.0.0", 9092, "kafka.example.com", 19092),
        }));
    }

    [TestCase("A://127.0.0.1:1", "127.0.0.1", 1)]
    [TestCase("A://[::1]:65535", "::1", 65535)]
    [TestCase("a://::1:7", "::1", 7)]
    [TestCase("A://kafka.example.com:0", "kafka.example.com", 0)]
    public void A_listener_is_a_name_a_host_and_a_port(string text, string host, int port)
    {
        NamedListener listener = Of($"kafka.listeners = [\"{text}\"]")[0];
        Assert.That((listener.Name, listener.Host, listener.Port), Is.EqualTo(("A", host, port)));
    }

    [TestCase("127.0.0.1:9092")]
    [TestCase("://127.0.0.1:9092")]
    [TestCase("A://127.0.0.1")]
    [TestCase("A://127.0.0.1:")]
    [TestCase("A://127.0.0.1:x")]
    [TestCase("A://127.0.0.1:-1")]
    [TestCase("A://127.0.0.1:65536")]
    [TestCase("A://")]
    public void What_is_no_listener_is_refused_with_what_would_be_one(string text) => Assert.That(
        () => Of($"kafka.listeners = [\"{text}\"]"),
        Throws.TypeOf<InvalidSettingException>().With.Message.Contains("NAME://HOST:PORT"));

    [TestCase("A://0.0.0.0:9092")]
    [TestCase("A://:9092")]
    [TestCase("A://[::]:9092")]
    public void Every_interface_is_no_address_for_clients(string text)
    {
        string listeners = $"kafka.listeners = [\"{text}\"]";
        Assert.That(
            () => Of(listeners),
            Throws.TypeOf<InvalidSettingException>().With.Message.Contains("kafka.advertised.listeners"));
        Assert.That(Of(listeners, "listeners.advertised.host = \"node\"")[0].AdvertisedHost, Is.EqualTo("node"));
        Assert.That(
            Of(listeners, "kafka.advertised.listeners = [\"A://node:1\"]")[0],
            Has.Property(nameof(NamedListener.AdvertisedHost)).EqualTo("node")
                .And.Property(nameof(NamedListener.AdvertisedPort)).EqualTo(1));
    }

    [Test]
    public void The_name_of_the_node_counts_for_what_listens_where_the_node_does()
    {
        IReadOnlyList<NamedListener> listeners = Of(
            "listeners.advertised.host = \"node\"", "kafka.listeners = [\"A://127.0.0.1:1\", \"B://127.0.0.2:1\"]");
        Assert.That(listeners.Select(one => one.AdvertisedHost), Is.EqualTo(new[] { "node", "127.0.0.2" }));
    }

    [Test]
    public void A_name_twice_or_one_that_nothing_listens_under_is_refused()
    {
        Assert.That(
            () => Of("kafka.listeners = [\"A://127.0.0.1:1\", \"a://127.0.0.1:2\"]"),
            Throws.TypeOf<InvalidSettingException>().With.Message.Contains("names A twice"));
        Assert.That(
            () => Of("kafka.advertised.listeners = [\"B://node:1\"]"),
            Throws.TypeOf<InvalidSettingException>().With.Message.Contains("names B"));
    }

    [TestCase("SSL://127.0.0.1:1", "[]", "kafka.listeners")]
    [TestCase("sasl_plaintext://127.0.0.1:1", "[]", "kafka.listeners")]
    [TestCase("SASL_SSL://127.0.0.1:1", "[]", "kafka.listeners")]
    [TestCase("A://127.0.0.1:1", "[\"a:ssl\"]", "listener.security.protocol.map")]
    [TestCase("A://127.0.0.1:1", "[\"B:PLAINTEXT\", \"A:SASL_SSL\"]", "listener.security.protocol.map")]
    [TestCase("A://127.0.0.1:1", "[\"A\"]", "NAME:PLAINTEXT")]
    [TestCase("A://127.0.0.1:1", "[\"A:NONSENSE\"]", "NAME:PLAINTEXT")]
    [TestCase("A://127.0.0.1:1", "[\"A:PLAINTEXT\", \"A:PLAINTEXT\"]", "twice")]
    public void A_listener_that_is_to_be_secured_is_never_opened_in_plain_text(string text, string map, string named) =>
        Assert.That(
            () => Of($"kafka.listeners = [\"{text}\"]", $"listener.security.protocol.map = {map}"),
            Throws.TypeOf<InvalidSettingException>().With.Message.Contains(named));

    [TestCase("SSL://127.0.0.1:1", "SSL:PLAINTEXT", Description = "misnamed, but said to be plain")]
    [TestCase("A://127.0.0.1:1", "SSL:SSL", Description = "of a listener that is not there")]
    public void What_the_map_says_to_be_plain_text_opens(string text, string map) => Assert.That(
        Of($"kafka.listeners = [\"{text}\"]", $"listener.security.protocol.map = [\"{map}\"]"), Has.Count.EqualTo(1));

    [Test]
    public void Other_brokers_use_the_first_unless_it_is_said_otherwise()
    {
        const string listeners = "kafka.listeners = [\"A://127.0.0.1:1\", \"B://127.0.0.1:2\"]";
        Assert.That(InterBroker(listeners), Is.EqualTo("A"));
        Assert.That(InterBroker(listeners, "inter.broker.listener.name = b"), Is.EqualTo("B"));
        Assert.That(
            () => InterBroker(listeners, "inter.broker.listener.name = C"),
            Throws.TypeOf<InvalidSettingException>().With.Message.Contains("A, B"));
    }

    private static IReadOnlyList<NamedListener> Of(params string[] settings) => NamedListener.Of(Read(settings));

    private static string InterBroker(params string[] settings)
    {
        NodeSettings read = Read(settings);
        return NamedListener.InterBrokerName(read.Kafka, NamedListener.Of(read));
    }

    private static NodeSettings Read(string[] settings) => NodeSettings.Read(ConfigurationFactory
        .ParseString($"kafka-actors {{\n{string.Join('\n', settings)}\n}}")
        .WithFallback(KafkaActorsConfig.Reference));
}
