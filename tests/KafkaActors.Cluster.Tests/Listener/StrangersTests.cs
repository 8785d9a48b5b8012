using System.Globalization;
using System.Net.Sockets;
using System.Text;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Listener;

/// <summary>
/// What somebody sends to a port that expects something else costs a line for all of it, not one for each.
/// </summary>
[Category("Cluster")]
public sealed class StrangersTests
{
    private const int Attempts = 1500;
    private const int Seed = 45;
    private const int MaxLines = 10;

    // A TLS client, a browser, and whoever sends nothing that makes sense.
    private static readonly byte[] TlsHello = Convert.FromHexString("16030100f8010000f40303" + new string('5', 200));
    private static readonly byte[] HttpGet = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");

    [Test]
    public async Task Garbage_on_the_Akka_port_is_one_counted_line()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Path);
        await SendAsync(node.Host, node.AkkaPort);
        await Eventually.True(
            () => node.Process.ErrorLines.Any(line => line.Contains(" times) ", StringComparison.Ordinal)),
            "they are counted",
            TimeSpan.FromSeconds(30));
        IReadOnlyList<string> lines = node.Process.ErrorLines;
        Assert.That(lines, Has.Count.LessThanOrEqualTo(MaxLines), node.Process.Describe());
        Assert.That(lines.Where(line => line.Contains(" ERROR ", StringComparison.Ordinal)), Is.Empty);
        Assert.That(node.Process.HasExited, Is.False);
    }

    [Test]
    public async Task Garbage_on_the_Kafka_port_is_one_counted_line()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Path);
        string[] address = node.KafkaBootstrap!.Split(':');
        await SendAsync(address[0], int.Parse(address[1], CultureInfo.InvariantCulture));
        await Eventually.True(
            () => node.Process.ErrorLines.Any(line => line.Contains("were cut off", StringComparison.Ordinal)),
            "they are counted",
            TimeSpan.FromSeconds(30));
        Assert.That(node.Process.ErrorLines, Has.Count.LessThanOrEqualTo(MaxLines), node.Process.Describe());
        await using var steady = await SteadyClient.StartAsync(node.KafkaBootstrap!);
        Assert.That((await steady.StopAsync()).Records, Is.GreaterThanOrEqualTo(0));
    }

    private static async Task SendAsync(string host, int port)
    {
        var random = new Random(Seed);
        byte[] noise = new byte[500];
        for (int i = 0; i < Attempts; i++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(host, port);
            random.NextBytes(noise);
            try
            {
                await socket.SendAsync((i % 3) switch { 0 => noise, 1 => TlsHello, _ => HttpGet });
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // It was closed at the first byte, as it may be.
            }
        }
    }
}
