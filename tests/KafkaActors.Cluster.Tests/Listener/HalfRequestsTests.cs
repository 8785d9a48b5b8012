using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Sockets;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Listener;

/// <summary>
/// Clients that begin requests and do not go on, against a real node: what they claim costs nothing, what they have
/// sent is bounded, and neither keeps others waiting.
/// </summary>
[Category("Cluster")]
public sealed class HalfRequestsTests
{
    private const string Topic = "large";
    private const int Claimed = 100 * 1024 * 1024;
    private const int Half = 6 * 1024 * 1024;
    private const int Senders = 40;
    private const long MaxGrowthBytes = 350L * 1024 * 1024;

    private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SoonEnough = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Two_lengths_of_the_largest_request_keep_nobody_waiting()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Path);
        using KafkaWireClient first = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
        using KafkaWireClient second = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
        using KafkaWireClient third = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
        await third.AskAsync<ApiVersionsResponse>(Versions());
        await first.SendRawAsync(Begun(0));
        await second.SendRawAsync(Begun(0));
        for (int i = 0; i < 50; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            await third.AskAsync<ApiVersionsResponse>(Versions());
            Assert.That(Stopwatch.GetElapsedTime(begin), Is.LessThan(AtOnce), $"request {i}");
        }
    }

    // 240 MB of halves, twice what may be held, while others produce batches of a megabyte and ask small things.
    [Test]
    public async Task Many_halves_of_large_requests_are_bounded_and_give_way()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Path);
        await using var steady = await SteadyClient.StartAsync(node.KafkaBootstrap!);
        using KafkaWireClient producer = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
        await producer.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics = [new() { Name = Topic, NumPartitions = 1, ReplicationFactor = 1 }],
        });
        ProduceRequest batch = SampleRequests.Produce(Topic, SampleRequests.Batch(new string('x', 900_000)), acks: 1);
        long before = node.Process.ResidentBytes;
        var halves = new List<KafkaWireClient>();
        for (int i = 0; i < Senders; i++) halves.Add(await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!));
        Task sending = Task.WhenAll(halves.Select(SendHalfAsync));
        TimeSpan worst = TimeSpan.Zero;
        while (!sending.IsCompleted)
        {
            long begin = Stopwatch.GetTimestamp();
            ProduceResponse produced = await producer.AskAsync<ProduceResponse>(batch);
            Assert.That(produced.Responses[0].PartitionResponses[0].ErrorCode, Is.EqualTo(ErrorCode.None));
            TimeSpan took = Stopwatch.GetElapsedTime(begin);
            if (took > worst) worst = took;
        }

        await sending;
        (int records, TimeSpan slowest) = await steady.StopAsync();
        await TestContext.Out.WriteLineAsync($"slowest: {slowest} of {records} small, {worst} large ones");
        Assert.That(slowest, Is.LessThan(SoonEnough));
        Assert.That(worst, Is.LessThan(SoonEnough));
        Assert.That(node.Process.ResidentBytes - before, Is.LessThan(MaxGrowthBytes));
        Assert.That(node.Process.HasExited, Is.False);
        halves.ForEach(client => client.Dispose());
    }

    // It ends when the node has taken it all, or has cut it off.
    private static async Task SendHalfAsync(KafkaWireClient client)
    {
        try
        {
            await client.SendRawAsync(Begun(Half));
        }
        catch (SocketException)
        {
            // It gave way to others.
        }
    }

    private static byte[] Begun(int sent)
    {
        byte[] start = new byte[sizeof(int) + sizeof(short) + sent];
        BinaryPrimitives.WriteInt32BigEndian(start, Claimed);
        return start;
    }

    private static ApiVersionsRequest Versions() =>
        new() { ClientSoftwareName = "test", ClientSoftwareVersion = "1" };
}
