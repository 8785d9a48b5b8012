using System.Globalization;
using System.Net.Sockets;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Listener;

/// <summary>
/// What comes in on the Kafka port when it is not a client that is there: requests of every API and version, mutated
/// and cut, and plain noise. The node's process must go on as if nothing had happened, and so must its other clients.
/// </summary>
[Category("Cluster")]
public sealed class HostileFramesTests
{
    /// <summary>How many frames are sent; a million takes ten times as long.</summary>
    private const string CountVariable = "KAFKA_ACTORS_HOSTILE_FRAMES";

    private const int DefaultCount = 100_000;
    private const int Senders = 4;
    private const int FramesPerConnection = 50;
    private const int Seed = 20261126;
    private const long MaxResidentBytes = 500L * 1024 * 1024;

    private static readonly TimeSpan MaxLatency = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Random_and_mutated_frames_harm_neither_the_node_nor_its_other_clients()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(
            new NodeLaunch { DataDirectory = directory.Path, Settings = ["offsets.topic.num.partitions=2"] });
        string address = node.KafkaBootstrap!;
        int count = int.Parse(
            Environment.GetEnvironmentVariable(CountVariable) ?? DefaultCount.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture);
        await TestContext.Out.WriteLineAsync($"seed {Seed}, {count} frames ({CountVariable} says how many)");
        await using var steady = await SteadyClient.StartAsync(address);
        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender =>
            Task.Run(() => SendAsync(address, new Random(Seed + sender), count / Senders))));
        (int records, TimeSpan slowest) = await steady.StopAsync();

        Assert.That(node.Process.HasExited, Is.False, node.Process.Describe());
        Assert.That(records, Is.GreaterThan(0));
        Assert.That(slowest, Is.LessThan(MaxLatency), "the other client was held up");
        Assert.That(node.Process.ResidentBytes, Is.LessThan(MaxResidentBytes));
        Assert.That(
            node.Process.ErrorLines.Where(line => line.Contains(" ERROR ", StringComparison.Ordinal)), Is.Empty);
    }

    private static async Task SendAsync(string address, Random random, int count)
    {
        byte[][] valid = [.. ValidFrames()];
        for (int sent = 0; sent < count; sent += FramesPerConnection)
        {
            using KafkaWireClient client = await KafkaWireClient.ConnectAsync(address);
            try
            {
                for (int i = 0; i < FramesPerConnection; i++)
                    await client.SendRawAsync(Mutate(valid[random.Next(valid.Length)], random));
                client.Socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                // It was closed on the way, as it may be.
            }

            while (await client.ReceiveFrameAsync() is not null)
            {
                // An answer; the end comes when the node has closed.
            }
        }
    }

    private static IEnumerable<byte[]> ValidFrames()
    {
        foreach (ApiDescription api in ApiMessages.All)
        {
            IRequestMessage request = SampleRequests.Of(api.Key, "sample", TopicId.None);
            for (short version = api.Versions.Min; version <= api.Versions.Max; version++)
                yield return KafkaWireClient.Frame(request, version);
        }
    }

    // The length is right most of the time: else the first frame would end every connection.
    private static byte[] Mutate(byte[] valid, Random random)
    {
        byte[] frame = [.. valid];
        switch (random.Next(10))
        {
            case 0:
                random.NextBytes(frame.AsSpan(sizeof(int)));
                break;
            case 1:
                frame = frame[..random.Next(sizeof(int), frame.Length)];
                break;
            case 2 when random.Next(20) == 0:
                random.NextBytes(frame.AsSpan(0, sizeof(int)));
                return frame;
            default:
                for (int changes = random.Next(1, 8); changes > 0; changes--)
                    frame[random.Next(sizeof(int), frame.Length)] = (byte)random.Next(256);
                break;
        }

        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame, frame.Length - sizeof(int));
        return frame;
    }
}
