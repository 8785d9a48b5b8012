using System.Diagnostics;
using System.Globalization;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Protocol;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Benchmarks.Nodes;

/// <summary>
/// What does each of three nodes cost at rest that lead a thousand partitions together, and how long is the cluster
/// without a controller, or without a group coordinator, when the node that has it is told to stop?
/// </summary>
internal static class ClusterBenchmark
{
    private const double SettleSeconds = 30;
    private const double RestSeconds = 20;
    private const int Partitions = 1000;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan HandOverLimit = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        using WorkDirectory directory = new(options);
        long started = Stopwatch.GetTimestamp();
        await using ThreeNodes nodes = await ThreeNodes.StartAsync(directory).ConfigureAwait(false);
        await WriteAsync(output, $"three nodes serve after {Stopwatch.GetElapsedTime(started).TotalSeconds:F2} s")
            .ConfigureAwait(false);
        string partitions = options.Scaled(Partitions).ToString(CultureInfo.InvariantCulture);
        await ToolRun.Of(nodes[1], "topics", "--create", "--topic", "rest", "--partitions", partitions)
            .ConfigureAwait(false);
        await Rest(nodes, options, output).ConfigureAwait(false);
        await HandOver(nodes, options, output).ConfigureAwait(false);
    }

    private static async Task Rest(ThreeNodes nodes, BenchmarkOptions options, TextWriter output)
    {
        await Pause.For(TimeSpan.FromSeconds(SettleSeconds * options.Scale)).ConfigureAwait(false);
        TimeSpan[] before = [.. ThreeNodes.Ids.Select(id => nodes[id].Process.ProcessorTime)];
        long started = Stopwatch.GetTimestamp();
        await Pause.For(TimeSpan.FromSeconds(RestSeconds * options.Scale)).ConfigureAwait(false);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        foreach ((int id, TimeSpan until) in ThreeNodes.Ids.Zip(before))
        {
            ExternalProcess process = nodes[id].Process;
            double share = (process.ProcessorTime - until) / elapsed;
            double megabytes = process.ResidentBytes / 1e6;
            await WriteAsync(
                output, $"at rest, node {id}: {share * 100:F2} % of one core, {megabytes:F0} MB resident")
                .ConfigureAwait(false);
        }
    }

    // By the word of a node that stays, from the signal on, and beside its polling.
    private static async Task HandOver(ThreeNodes nodes, BenchmarkOptions options, TextWriter output)
    {
        List<double> controllers = [], coordinators = [];
        await DutiesAsync(nodes, 1, (_, coordinator) => coordinator != NodeId.None).ConfigureAwait(false);
        for (int round = 0; round < options.Rounds; round++)
        {
            foreach (bool isController in (bool[])[true, false])
            {
                (NodeId controller, NodeId coordinator, _) = await nodes.DutiesAsync(1).ConfigureAwait(false);
                NodeId leaving = isController ? controller : coordinator;
                int other = ThreeNodes.Ids.First(id => id != leaving.Value);
                long told = Stopwatch.GetTimestamp();
                Task stopping = nodes.StopAsync(leaving.Value);
                await DutiesAsync(nodes, other, (newController, newCoordinator) =>
                {
                    NodeId now = isController ? newController : newCoordinator;
                    return now != leaving && now != NodeId.None;
                }).ConfigureAwait(false);
                (isController ? controllers : coordinators).Add(Stopwatch.GetElapsedTime(told).TotalMilliseconds);
                await stopping.ConfigureAwait(false);
                await nodes.StartAsync(leaving.Value).ConfigureAwait(false);
            }
        }

        await WriteAsync(output, $"controller handed over, ms: {Statistics.Of(controllers).ToString("F0")}")
            .ConfigureAwait(false);
        await WriteAsync(output, $"group coordinator handed over, ms: {Statistics.Of(coordinators).ToString("F0")}")
            .ConfigureAwait(false);
    }

    private static async Task DutiesAsync(ThreeNodes nodes, int asked, Func<NodeId, NodeId, bool> isAsWanted)
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            (NodeId controller, NodeId coordinator, string? fault) =
                await nodes.DutiesAsync(asked).ConfigureAwait(false);
            if (isAsWanted(controller, coordinator)) return;
            if (Stopwatch.GetElapsedTime(started) > HandOverLimit)
                throw new InvalidOperationException($"node {asked} names {controller} and {coordinator}: {fault}");
            await Pause.For(LookInterval).ConfigureAwait(false);
        }
    }

    private static Task WriteAsync(TextWriter output, FormattableString line) =>
        output.WriteLineAsync(line.ToString(CultureInfo.InvariantCulture));
}
