using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Neighbours;

/// <summary>
/// A node on its neighbours' worst day. Over a disk that is slow and fails at chosen places it starts on much that was
/// not closed, is flooded, takes commits, and has topics created and deleted, all at once. Clients that have nothing to
/// do with any of it must hardly notice.
/// </summary>
[Category("Cluster")]
[NonParallelizable]
public sealed class NeighboursTests
{
    /// <summary>How much of a log the node has to recover at its start, in MiB.</summary>
    private const string RecoveredVariable = "KAFKA_ACTORS_NEIGHBOURS_MIB";

    private const long Mebibyte = 1024 * 1024;
    private const long MaxMemoryKept = 50 * Mebibyte;

    /// <summary>What the others do before the node's memory is looked at for the first time.</summary>
    private const int WarmUpRounds = 5_000;

    /// <summary>The day is over when every probe has had so many answers.</summary>
    private const int AnswersADay = 400;

    private static readonly TimeSpan ControlLimit = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan DataLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TrickleInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan MemoryLimit = TimeSpan.FromSeconds(30);

    private static long RecoveredBytes => Mebibyte * long.Parse(
        Environment.GetEnvironmentVariable(RecoveredVariable) ?? "2048", CultureInfo.InvariantCulture);

    [Test]
    public async Task Nobody_notices_his_neighbours_worst_day()
    {
        using TempDirectory directory = new();
        await LeaveUnclosedAsync(directory.Path);
        long begin = Stopwatch.GetTimestamp();
        await using NodeProcess node = await StartAsync(directory.Path, ["slow read cold- 1"]);
        TimeSpan start = Stopwatch.GetElapsedTime(begin);
        await TestContext.Out.WriteLineAsync($"ready after {start.TotalSeconds:0.0} s");
        Assert.That(start, Is.LessThan(StartLimit));

        string address = node.KafkaBootstrap!;
        await using (Flood flood = StartFlood(address))
            await Eventually.True(() => flood.Rounds.Values.Sum() > WarmUpRounds, "warmed up", Patience);
        long before = node.Process.ResidentBytes;
        await LiveThroughAsync(node, address);
        Assert.That(node.Process.HasExited, Is.False, node.Process.Describe());
        await AssertMemoryReturnsAsync(node, before);
    }

    private static async Task LiveThroughAsync(NodeProcess node, string address)
    {
        List<Probe> probes = await StartProbesAsync(address);
        try
        {
            foreach (string fault in Faults) await node.TellFaultAsync(fault);
            await using (Flood flood = StartFlood(address))
            {
                await Eventually.True(
                    () => probes.TrueForAll(probe => probe.Answers >= AnswersADay || probe.Fault is not null),
                    "the day is over",
                    Patience);
                foreach ((string name, int rounds) in flood.Rounds)
                    await TestContext.Out.WriteLineAsync($"the others: {name}, {rounds} times");
                Assert.That(flood.Rounds.Values, Is.All.GreaterThan(0), "one of the others did nothing");
            }

            await node.TellFaultAsync("heal");
            foreach (Probe probe in probes) await probe.StopAsync();
        }
        finally
        {
            foreach (Probe probe in probes) await probe.DisposeAsync();
        }

        foreach (Probe probe in probes) await TestContext.Out.WriteLineAsync($"{probe}");
        foreach (Probe probe in probes)
        {
            Assert.That(probe.Fault, Is.Null, $"{probe}\n{node.Process.Describe()}");
            Assert.That(probe.Answers, Is.GreaterThan(0), $"{probe}");
            Assert.That(probe.Slowest, Is.LessThan(probe.Limit), $"{probe}");
        }
    }

    private static IReadOnlyList<string> Faults =>
    [
        $"slow sync {Neighbourhood.SlowSync}- 2000",
        $"fail sync {Neighbourhood.FailedSync}- 3",
        $"fail write {Neighbourhood.FailedWrite}- 5",
        $"slow read {Neighbourhood.Cold}- 50",
        $"slow delete {Neighbourhood.Doomed}- 100",
        $"slow rename {Neighbourhood.Doomed}- 50",
        "slow sync __cluster_metadata 200",
        "slow write -checkpoint 200",
    ];

    /// <summary>
    /// Two partitions with as much as is to be recovered, as <c>kill -9</c> and an empty cache leave them.
    /// </summary>
    private static async Task LeaveUnclosedAsync(string directory)
    {
        await using NodeProcess node = await StartAsync(directory, []);
        using (KafkaWireClient client = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!))
        {
            await Neighbourhood.CreateAsync(client);
            await Neighbourhood.FillAsync(client, RecoveredBytes);
        }

        await node.Process.KillAsync();
        EvictedFiles.Evict(directory, "*.log");
    }

    private static Task<NodeProcess> StartAsync(string directory, IReadOnlyList<string> faults) =>
        NodeProcess.StartAsync(new NodeLaunch { DataDirectory = directory, Faults = faults });

    private static async Task<List<Probe>> StartProbesAsync(string address)
    {
        byte[] batch = SampleRequests.Batch("a record of a healthy partition");
        long end = 0;
        return
        [
            await Probe.StartAsync<ApiVersionsResponse>(
                address,
                ControlLimit,
                new ApiVersionsRequest { ClientSoftwareName = "probe", ClientSoftwareVersion = "1" },
                response => response.ErrorCode == ErrorCode.None),
            await Probe.StartAsync<MetadataResponse>(
                address,
                ControlLimit,
                new MetadataRequest { Topics = [new() { Name = Neighbourhood.Healthy }] },
                response => response.Topics[0].ErrorCode == ErrorCode.None),
            await GroupProbe.StartAsync(address, ControlLimit),
            await Probe.StartAsync(address, "Produce", DataLimit, async client =>
            {
                ProduceResponse stored = await client.AskAsync<ProduceResponse>(
                    Neighbourhood.ProduceTo(Neighbourhood.Healthy, 0, batch));
                Volatile.Write(ref end, stored.Responses[0].PartitionResponses[0].BaseOffset);
                ErrorCode error = Neighbourhood.ErrorOf(stored);
                return error == ErrorCode.None ? null : $"{error}";
            }),
            await Probe.StartAsync(address, "Fetch", DataLimit, async client =>
            {
                FetchResponse fetched = await client.AskAsync<FetchResponse>(
                    SampleRequests.Fetch(Neighbourhood.Healthy, TopicId.None, Volatile.Read(ref end)), version: 12);
                ErrorCode error = fetched.Responses.Count > 0
                    ? fetched.Responses[0].Partitions[0].ErrorCode
                    : fetched.ErrorCode;
                return error == ErrorCode.None ? null : $"{error}";
            }),
            await Probe.StartAsync(address, "OffsetCommit", DataLimit, async client =>
            {
                ErrorCode error = await Neighbourhood.CommitAsync(client, "steady-committer", 1);
                return error == ErrorCode.None ? null : $"{error}";
            }),
        ];
    }

    private static Flood StartFlood(string address)
    {
        byte[] large = SampleRequests.Batch([.. Enumerable.Repeat(new string('f', 1_000), 60)]);
        // It says that fifty mebibytes come, and the rest of it comes by the kilobyte.
        byte[] half = new byte[sizeof(int) + 1_000];
        BinaryPrimitives.WriteInt32BigEndian(half, 50 * (int)Mebibyte);
        string[] victims = [Neighbourhood.SlowSync, Neighbourhood.FailedSync, Neighbourhood.FailedWrite];
        var flood = new Flood(address);
        foreach (string victim in victims)
            flood.Add($"produce to {victim}", 4, (client, number) => client.AskAsync<ProduceResponse>(
                Neighbourhood.ProduceTo(victim, number % 4, large)));
        flood.Add("produce to a healthy log", 2, (client, number) => client.AskAsync<ProduceResponse>(
            Neighbourhood.ProduceTo(Neighbourhood.Busy, number % 2, large)));
        flood.Add("fetch old records", 4, (client, number) => client.AskAsync<FetchResponse>(
            SampleRequests.Fetch(Neighbourhood.Cold, TopicId.None, number * 1_000L % 100_000), version: 12));
        flood.Add("commit", 4, (client, number) =>
            Neighbourhood.CommitAsync(client, $"committer-{number % 50}", number));
        flood.Add("create and delete topics", 1, Neighbourhood.ComeAndGoAsync);
        flood.Add("half a request", 10, async (client, _) =>
        {
            using PeriodicTimer pace = new(TrickleInterval);
            await client.SendRawAsync(half);
            await pace.WaitForNextTickAsync();
        });
        return flood;
    }

    private static async Task AssertMemoryReturnsAsync(NodeProcess node, long before)
    {
        long begin = Stopwatch.GetTimestamp();
        await Eventually.True(
            () => node.Process.ResidentBytes < before + MaxMemoryKept,
            $"resident memory back at {before / Mebibyte} MiB and {MaxMemoryKept / Mebibyte} more",
            MemoryLimit);
        await TestContext.Out.WriteLineAsync(
            $"{before / Mebibyte} MiB before, {node.Process.ResidentBytes / Mebibyte} MiB "
            + $"{Stopwatch.GetElapsedTime(begin).TotalSeconds:0.0} s after");
    }
}
