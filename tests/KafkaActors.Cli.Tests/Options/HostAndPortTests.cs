using KafkaActors.Cli.Options;

namespace KafkaActors.Cli.Tests.Options;

internal sealed class HostAndPortTests
{
    [TestCase("localhost:9999", "localhost:9999")]
    [TestCase("localhost", "localhost:4053")]
    [TestCase("127.0.0.1:1", "127.0.0.1:1")]
    [TestCase("[::1]:5", "[::1]:5")]
    [TestCase("::1", "[::1]:4053")]
    [TestCase(" broker-1.example.org:4053 ", "broker-1.example.org:4053")]
    public void An_address_is_read_as_people_write_it(string text, string expected)
    {
        Assert.That(HostAndPort.TryParse(text, 4053, out HostAndPort address), Is.True);
        Assert.That(address.ToString(), Is.EqualTo(expected));
    }

    [TestCase("")]
    [TestCase(":4053")]
    [TestCase("host:")]
    [TestCase("host:port")]
    [TestCase("host:0")]
    [TestCase("host:65536")]
    [TestCase("ho st:1")]
    [TestCase("akka.tcp://x@host/y:1")]
    public void What_is_no_address_is_refused(string text)
    {
        Assert.That(HostAndPort.TryParse(text, 4053, out _), Is.False);
    }
}
