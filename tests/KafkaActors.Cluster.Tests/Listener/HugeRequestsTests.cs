using System.Buffers.Binary;
using System.Net.Sockets;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Listener;

/// <summary>Requests that become much more than they are: bounded or refused, and given back afterwards.</summary>
[Category("Cluster")]
public sealed class HugeRequestsTests
{
    private const int Entries = 900_000;
    private const int Askers = 4;
    private const long MaxGrowthBytes = 600L * 1024 * 1024;
    private const long MaxLeftBytes = 50L * 1024 * 1024;

    private static readonly TimeSpan Returned = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_fetch_that_names_one_partition_very_often_is_bounded_and_its_memory_comes_back()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Path);
        await using var steady = await SteadyClient.StartAsync(node.KafkaBootstrap!);
        long before = node.Process.ResidentBytes;
        FetchRequest.FetchPartition[] partitions =
            [.. Enumerable.Repeat(new FetchRequest.FetchPartition { PartitionMaxBytes = 1000 }, Entries)];
        byte[] frame = KafkaWireClient.Frame(
            new FetchRequest { MaxBytes = 1000, Topics = [new() { Topic = "t", Partitions = partitions }] }, 4);
        await Task.WhenAll(Enumerable.Range(0, Askers).Select(async _ =>
        {
            using KafkaWireClient client = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
            await client.SendRawAsync(frame);
            await client.ReceiveFrameAsync();
        }));
        Assert.That(node.Process.ResidentBytes - before, Is.LessThan(MaxGrowthBytes));
        await steady.StopAsync();
        await Eventually.True(
            () => node.Process.ResidentBytes - before < MaxLeftBytes, "the memory comes back", Returned);
        Assert.That(node.Process.HasExited, Is.False, node.Process.Describe());
    }

    [Test]
    public async Task A_join_of_ninety_megabytes_is_refused_at_its_first_bytes()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Path);
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
        byte[] start = new byte[sizeof(int) + sizeof(short)];
        BinaryPrimitives.WriteInt32BigEndian(start, 90 * 1024 * 1024);
        BinaryPrimitives.WriteInt16BigEndian(start.AsSpan(sizeof(int)), (short)ApiKey.JoinGroup);
        try
        {
            await client.SendRawAsync(start);
        }
        catch (SocketException)
        {
            // It was closed already, as it may be.
        }

        Assert.That(await client.IsClosedAsync(), Is.True);
    }
}
