using KafkaActors.Cluster.Tests.Histories;
using KafkaActors.Cluster.Tests.Machine;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Clusters;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>
/// The wall clock of one node of three steps by an hour, forwards and back, while the cluster is used. That it did is
/// seen by the time stamps that the node gives to records; that nothing else notices is what is tested.
/// </summary>
[Category("Cluster")]
[Platform("Linux")]
[NonParallelizable]
public sealed class WallClockTests
{
    private const string Topic = "stamped";
    private const int Stepped = 1;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Half = TimeSpan.FromMinutes(30);

    [Test]
    public async Task The_wall_clock_of_a_node_steps_by_an_hour_and_nobody_is_gone()
    {
        string library = MachineNeeds.FileOf(
            "libfaketime",
            "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
            "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1");
        using TempDirectory directory = new();
        string time = directory.Combine("time");
        Step(time, "+0");
        ClusterLayout layout = new()
        {
            Network = new LoopbackNetwork(), UnderOf = node => node == Stepped ? Clock(library, time) : [],
        };
        await using ClusterOfProcesses cluster = await ClusterOfProcesses.StartAsync(layout);
        await using ClusterTrial trial = await ClusterTrial.StartAsync(cluster);
        await CreateTopicAsync(cluster[Stepped]);
        Assert.That(await AheadAsync(cluster[Stepped]), Is.LessThan(Half), "the clock is right at first");

        Step(time, "+1h");
        await Eventually.True(
            async () => await AheadAsync(cluster[Stepped]) > Half, "records are stamped an hour ahead", Limit);
        await trial.ServesAsync("after the step forwards");
        Step(time, "+0");
        await Eventually.True(
            async () => await AheadAsync(cluster[Stepped]) < Half, "records are stamped rightly again", Limit);
        await trial.ServesAsync("after the step back");
        await trial.HoldsAsync();
    }

    private static IReadOnlyList<string> Clock(string library, string time) =>
    [
        "env", $"LD_PRELOAD={library}", $"FAKETIME_TIMESTAMP_FILE={time}", "FAKETIME_DONT_FAKE_MONOTONIC=1",
        "FAKETIME_CACHE_DURATION=1",
    ];

    private static void Step(string file, string offset)
    {
        File.WriteAllText($"{file}.new", offset);
        File.Move($"{file}.new", file, overwrite: true);
    }

    private static Task CreateTopicAsync(ClusterNode node)
    {
        CreateTopicsRequest request = new()
        {
            Topics =
            [
                new()
                {
                    Name = Topic,
                    NumPartitions = -1,
                    ReplicationFactor = -1,
                    Assignments = [new() { PartitionIndex = 0, BrokerIds = [new NodeId(node.Id)] }],
                    Configs = [new() { Name = "message.timestamp.type", Value = "LogAppendTime" }],
                },
            ],
        };
        return Eventually.True(
            async () =>
            {
                var answer = await NodeCall.TryAsync<CreateTopicsResponse>(node.KafkaAddress, request, Patience);
                return answer?.Topics.Single().ErrorCode is ErrorCode.None or ErrorCode.TopicAlreadyExists;
            },
            "a topic whose records the node stamps",
            Limit);
    }

    /// <summary>How far the node's clock is ahead of this machine's, by a record that it stamps.</summary>
    private static async Task<TimeSpan> AheadAsync(ClusterNode node)
    {
        ProduceRequest request = SampleRequests.Produce(Topic, SampleRequests.Batch("record"));
        TimeSpan ahead = default;
        await Eventually.True(
            async () =>
            {
                var answer = await NodeCall.TryAsync<ProduceResponse>(node.KafkaAddress, request, Patience);
                if (answer?.Responses.Single().PartitionResponses.Single() is not { ErrorCode: ErrorCode.None } stored)
                    return false;
                ahead = DateTimeOffset.FromUnixTimeMilliseconds(stored.LogAppendTimeMs) - DateTimeOffset.UtcNow;
                return true;
            },
            "a record is stored",
            Limit);
        return ahead;
    }
}
