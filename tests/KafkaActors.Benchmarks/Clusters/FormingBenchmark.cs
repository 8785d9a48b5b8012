using System.Diagnostics;
using System.Globalization;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit.Clusters;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Benchmarks.Clusters;

/// <summary>
/// How long do nodes on empty directories take, all started at once and each with the seeds in an order of its own, to
/// form a cluster and to lead a hundred partitions; and how long after all of them were killed? Time runs from the
/// start of the first process until every broker sees every broker in service and every partition led.
/// </summary>
internal static class FormingBenchmark
{
    private const string Topic = "formed";
    private const int Partitions = 100;
    private const int Seed = 4_711;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        await FormAsync("three nodes", 3, [], options, output).ConfigureAwait(false);
        // Not in a smoke test.
        if ((int)(Partitions * options.Scale) == 0) return;
        await FormAsync("three nodes and two witnesses", 5, [4, 5], options, output).ConfigureAwait(false);
    }

    private static async Task FormAsync(
        string what, int count, IReadOnlyList<int> witnesses, BenchmarkOptions options, TextWriter output)
    {
        Random random = new(Seed);
        List<double> formed = [];
        List<double> restarted = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            ClusterLayout layout = LayoutOf(count, witnesses, random);
            ClusterOfProcesses cluster = new(layout);
            await using (cluster.ConfigureAwait(false))
            {
                formed.Add(await StartAsync(cluster, () => CreateTopicAsync(cluster, options)).ConfigureAwait(false));
                await Task.WhenAll(cluster.Nodes.Select(node => node.KillAsync())).ConfigureAwait(false);
                restarted.Add(await StartAsync(cluster, () => Task.CompletedTask).ConfigureAwait(false));
            }
        }

        await output.WriteLineAsync(
            $"{what}, formed and {options.Scaled(Partitions)} partitions led, s: "
            + Statistics.Of(formed).ToString("F2")).ConfigureAwait(false);
        await output.WriteLineAsync(
            $"{what}, all killed and served again, s: {Statistics.Of(restarted).ToString("F2")}").ConfigureAwait(false);
    }

    private static ClusterLayout LayoutOf(int count, IReadOnlyList<int> witnesses, Random random)
    {
        int[] nodes = [.. Enumerable.Range(1, count)];
        Dictionary<int, int[]> seeds = nodes.ToDictionary(node => node, _ => Shuffled(nodes, random));
        return ClusterLayout.Formed(Shuffled(nodes, random), witnesses) with { SeedsOf = node => seeds[node] };
    }

    private static int[] Shuffled(int[] nodes, Random random)
    {
        int[] shuffled = [.. nodes];
        random.Shuffle(shuffled);
        return shuffled;
    }

    private static async Task<double> StartAsync(ClusterOfProcesses cluster, Func<Task> whenWhole)
    {
        long started = Stopwatch.GetTimestamp();
        foreach (int node in cluster.Layout.Nodes) cluster[node].Start();
        await cluster.WholeAsync(Limit).ConfigureAwait(false);
        await whenWhole().ConfigureAwait(false);
        await cluster.WholeAsync(Limit).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task CreateTopicAsync(ClusterOfProcesses cluster, BenchmarkOptions options)
    {
        CreateTopicsRequest request = new()
        {
            Topics = [new() { Name = Topic, NumPartitions = (int)options.Scaled(Partitions), ReplicationFactor = 1 }],
        };
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(cluster.Brokers.First().KafkaAddress)
            .ConfigureAwait(false);
        var answer = await client.AskAsync<CreateTopicsResponse>(request).ConfigureAwait(false);
        ErrorCode error = answer.Topics.Single().ErrorCode;
        if (error != ErrorCode.None)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"no topic: {error}"));
    }
}
