using System.Globalization;
using KafkaActors.Benchmarks.Running;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Benchmarks.Nodes;

/// <summary>
/// Does throughput fall as data grows? Ten gigabytes go into one partition, one producer-perf-test run for each, and
/// the processor time of the last is compared with the second's (the first warms the node up).
/// </summary>
internal static class FlatBenchmark
{
    private const int MaxGigabytes = 10;
    private const int MinGigabytes = 3;
    private const long RecordsPerGigabyte = 1_000_000_000 / PerfTools.RecordBytes;

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        using WorkDirectory directory = new(options);
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Combine("data")).ConfigureAwait(false);
        await PerfTools.CreateTopic(node, "flat").ConfigureAwait(false);
        long records = options.Scaled(RecordsPerGigabyte);
        int gigabytes = (int)Math.Clamp(options.Scaled(MaxGigabytes), MinGigabytes, MaxGigabytes);
        List<(double Tool, double Node)> costs = [];
        for (int gigabyte = 1; gigabyte <= gigabytes; gigabyte++)
        {
            ToolRun run = await PerfTools.Produce(node, "flat", records).ConfigureAwait(false);
            (double tool, double nodeCost) = run.PerMillion(records);
            costs.Add((tool, nodeCost));
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"gigabyte {gigabyte}: CPU s per million records: tool {tool:F3}, node {nodeCost:F3} "
                + $"({run.NodeKernel / run.NodeProcessor * 100:F0} % kernel); {run.Summary}"))
                .ConfigureAwait(false);
        }

        double ratio = Sum(costs[^1]) / Sum(costs[1]);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"last against second gigabyte: {ratio:F3} of both sides, node alone {costs[^1].Node / costs[1].Node:F3}"))
            .ConfigureAwait(false);
    }

    private static double Sum((double Tool, double Node) cost) => cost.Tool + cost.Node;
}
