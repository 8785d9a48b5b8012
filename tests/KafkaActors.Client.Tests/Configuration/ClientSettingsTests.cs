using Akka.Configuration;
using Akka.Configuration.Hocon;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests.Configuration;

/// <summary>The keys of the reference and the settings that read them.</summary>
public sealed class ClientSettingsTests
{
    [Test]
    public void Every_key_of_the_reference_is_read_and_no_other()
    {
        ClientSettings.From(KafkaActorsClientConfig.Reference, out IReadOnlyList<string> client);
        ProducerSettings.From(KafkaActorsClientConfig.Reference, out IReadOnlyList<string> producer);
        ConsumerSettings.From(KafkaActorsClientConfig.Reference, out IReadOnlyList<string> consumer);
        IEnumerable<string> written = Keys("", KafkaActorsClientConfig.Reference.Root)
            .Where(key => !key.StartsWith("kafka-actors.client.dispatcher.", StringComparison.Ordinal));
        Assert.That(client.Concat(producer).Concat(consumer), Is.EquivalentTo(written));
    }

    [TestCase("producer.linger.ms = soon", "kafka-actors.client.producer.linger.ms")]
    [TestCase("producer.acks = 2", "kafka-actors.client.producer.acks")]
    [TestCase("consumer.auto.offset.reset = first", "kafka-actors.client.consumer.auto.offset.reset")]
    [TestCase("consumer.fetch.min.bytes = -1", "kafka-actors.client.consumer.fetch.min.bytes")]
    [TestCase("consumer.heartbeat.interval.ms = 45 s", "kafka-actors.client.consumer.heartbeat.interval.ms")]
    [TestCase(
        "consumer.partition.assignment.strategy = \"range,fair\"",
        "kafka-actors.client.consumer.partition.assignment.strategy")]
    public void A_value_that_cannot_be_read_is_named_with_its_whole_path(string line, string path)
    {
        Config config = ConfigurationFactory.ParseString($"kafka-actors.client {{\n{line}\n}}");
        KafkaException? fault = Assert.Throws<KafkaException>(() =>
        {
            ProducerSettings.From(config);
            ConsumerSettings.From(config);
        });
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(fault.Message, Does.StartWith(path));
    }

    [Test]
    public void Units_are_understood()
    {
        ProducerSettings settings = ProducerSettings.From(ConfigurationFactory.ParseString(
            "kafka-actors.client.producer {\n linger.ms = 2 s\n batch.size = 32 KiB\n}"));
        Assert.That(settings.Linger, Is.EqualTo(TimeSpan.FromSeconds(2)));
        Assert.That(settings.BatchSize, Is.EqualTo(32 * 1024));
    }

    [Test]
    public void Idempotence_needs_acknowledgements_of_all()
    {
        Assert.That(ProducerSettings.Default.IsIdempotent, Is.True);
        Assert.That((ProducerSettings.Default with { Acks = Acks.Leader }).IsIdempotent, Is.False);
        Assert.That((ProducerSettings.Default with { MaxInFlight = 6 }).IsIdempotent, Is.False);
    }

    private static IEnumerable<string> Keys(string prefix, HoconValue value) =>
        value.IsObject()
            ? value.GetObject().Items.SelectMany(item =>
                Keys(prefix.Length == 0 ? item.Key : $"{prefix}.{item.Key}", item.Value))
            : [prefix];
}
