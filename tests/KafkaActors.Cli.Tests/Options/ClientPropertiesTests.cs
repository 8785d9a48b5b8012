using Akka.Configuration;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client.Configuration;
using KafkaActors.TestKit;

namespace KafkaActors.Cli.Tests.Options;

internal sealed class ClientPropertiesTests
{
    [Test]
    public void Properties_under_Kafkas_names_reach_the_clients_settings()
    {
        Config config = new ClientProperties(ClientProperties.Producer)
            .Add("batch.size", "1000")
            .Add("bootstrap.servers", "localhost:9999")
            .ToConfig();

        Assert.That(ProducerSettings.From(config).BatchSize, Is.EqualTo(1000));
        Assert.That(ClientSettings.From(config).BootstrapServers[0].Port, Is.EqualTo(9999));
    }

    [Test]
    public void What_comes_later_wins()
    {
        Config config = new ClientProperties(ClientProperties.Producer)
            .Add("linger.ms", "1").Add("linger.ms", "2").Add("linger.ms", null).ToConfig();

        Assert.That(ProducerSettings.From(config).Linger, Is.EqualTo(TimeSpan.FromMilliseconds(2)));
    }

    [Test]
    public void A_file_holds_properties_and_comments()
    {
        using var directory = new TempDirectory();
        string file = directory.Combine("producer.properties");
        File.WriteAllText(file, "# comment\n\n acks = 1 \n!another\nbatch.size=5");

        Config config = new ClientProperties(ClientProperties.Producer).AddFile(file).ToConfig();

        Assert.That(ProducerSettings.From(config).BatchSize, Is.EqualTo(5));
    }

    [TestCase("no.such.property")]
    [TestCase("fetch.min.bytes")]
    [TestCase("dispatcher.throughput")]
    [TestCase("consumer")]
    public void What_is_no_property_of_a_producer_is_refused(string key)
    {
        Assert.That(
            () => new ClientProperties(ClientProperties.Producer).Add(key, "1"),
            Throws.TypeOf<ToolException>().With.Message.Contains(key));
    }
}
