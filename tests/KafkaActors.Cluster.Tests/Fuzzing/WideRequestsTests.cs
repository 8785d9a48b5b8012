using System.Diagnostics;
using System.Globalization;
using KafkaActors.Cluster.Tests.Listener;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Fuzzing;

/// <summary>
/// Every list of every request, very long: it costs the connection of its sender some time, and nobody else.
/// </summary>
[Category("Cluster")]
public sealed class WideRequestsTests
{
    /// <summary>How long the lists are; a request has a million elements at most.</summary>
    private const string WidthVariable = "KAFKA_ACTORS_WIDTH";

    private const int DefaultWidth = 10_000;
    private const int MostFrameBytes = 50_000_000;
    private const string Topic = "wide";
    private const long MostResidentBytes = 1024L * 1024 * 1024;

    private static readonly TimeSpan MostLatency = TimeSpan.FromSeconds(1);

    [Test]
    public async Task Lists_of_any_length_are_answered_and_nobody_else_waits()
    {
        int width = int.Parse(
            Environment.GetEnvironmentVariable(WidthVariable) ?? DefaultWidth.ToString(CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture);
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(
            new NodeLaunch { DataDirectory = directory.Path, Settings = ["offsets.topic.num.partitions=2"] });
        string address = node.KafkaBootstrap!;
        using (KafkaWireClient client = await KafkaWireClient.ConnectAsync(address)) await PrepareAsync(client);
        await using var steady = await SteadyClient.StartAsync(address);
        await using var lateness = Lateness.Start();
        var faults = new List<string>();
        long mostBytes = 0;
        foreach (ApiDescription api in ApiMessages.All)
        {
            foreach ((string name, IRequestMessage request) in WideRequests.Of(api, width, Topic))
            {
                if (!WholeRequest.Is(api, request, api.Versions.Max, MostFrameBytes)) continue;
                long began = Stopwatch.GetTimestamp();
                faults.AddRange((await AskAsync(address, request)).Select(fault => $"{name}: {fault}"));
                mostBytes = Math.Max(mostBytes, node.Process.ResidentBytes);
                await TestContext.Out.WriteLineAsync(
                    $"{name}: {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms, the other client at most "
                    + $"{steady.Slowest.TotalMilliseconds:0} ms, {node.Process.ResidentBytes >> 20} MiB");
            }
        }

        (int records, TimeSpan slowest) = await steady.StopAsync();
        Assert.That(faults, Is.Empty);
        Assert.That(node.Process.HasExited, Is.False, node.Process.Describe());
        Assert.That(node.Process.ErrorLines.Where(SchemaFuzzTests.IsFault).Take(20), Is.Empty);
        Assert.That(records, Is.GreaterThan(0));
        Assert.That(slowest - lateness.Most, Is.LessThan(MostLatency), "another client was held up");
        Assert.That(mostBytes, Is.LessThan(MostResidentBytes));
    }

    private static async Task PrepareAsync(KafkaWireClient client)
    {
        var created = await client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics = [new() { Name = Topic, NumPartitions = 2, ReplicationFactor = 1 }],
        });
        Assert.That(created.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        await client.AskAsync<FindCoordinatorResponse>(new FindCoordinatorRequest { CoordinatorKeys = ["wide-0"] });
    }

    // In the newest version that has what the list is a part of, which is nearly always the newest of all.
    private static async Task<IEnumerable<string>> AskAsync(string address, IRequestMessage request)
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(address);
        short version = KafkaWireClient.Newest(request);
        // A member that joins waits for others to join as well.
        if (request is JoinGroupRequest) return [];
        IResponseMessage response = await client.AskAsync<IResponseMessage>(request, version);
        return AnswerRules.Faults(response, request.Api, version);
    }
}
