using System.Globalization;
using KafkaActors.Benchmarks.Running;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Benchmarks.Nodes;

/// <summary>
/// How fast do records go through a node process, and what do they cost on each side? Every tool runs in a process of
/// its own, so each round pays that process's start and its compilation, as a user's does.
/// </summary>
internal static class NodeBenchmark
{
    private const long Records = 5_000_000;
    private const long RoundTrips = 10_000;

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        using WorkDirectory directory = new(options);
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Combine("data")).ConfigureAwait(false);
        long records = options.Scaled(Records);
        for (int round = 1; round <= options.Rounds; round++)
        {
            string topic = $"bench-{round}";
            await PerfTools.CreateTopic(node, topic).ConfigureAwait(false);
            ToolRun produced = await PerfTools.Produce(node, topic, records).ConfigureAwait(false);
            await Report(output, $"produce {round}", produced, records).ConfigureAwait(false);
            ToolRun consumed = await PerfTools.Consume(node, topic, records).ConfigureAwait(false);
            await Report(output, $"consume {round}", consumed, records).ConfigureAwait(false);
            await output.WriteLineAsync(Resident(node)).ConfigureAwait(false);
        }

        await PerfTools.CreateTopic(node, "round-trip").ConfigureAwait(false);
        ToolRun trips = await PerfTools.RoundTrip(node, "round-trip", options.Scaled(RoundTrips))
            .ConfigureAwait(false);
        foreach (string line in trips.Output) await output.WriteLineAsync(line).ConfigureAwait(false);
    }

    private static Task Report(TextWriter output, string what, ToolRun run, long records)
    {
        (double tool, double node) = run.PerMillion(records);
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {run.Summary}\n  CPU s per million records: tool {tool:F2}, node {node:F2}; "
            + $"process start to end {run.Elapsed.TotalSeconds:F1} s");
        return output.WriteLineAsync(line);
    }

    private static string Resident(NodeProcess node) => string.Create(
        CultureInfo.InvariantCulture, $"  node resident {node.Process.ResidentBytes / 1e6:F0} MB");
}
