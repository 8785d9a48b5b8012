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
        int gigabytes = (int)Math.Clamp(options.Scaled(MaxGigabytes), MinGigabytes, MaxGigabytes);
        long records = options.Scaled(RecordsPerGigabyte);
        List<ToolRun> runs = await Produce(options, output, gigabytes, records).ConfigureAwait(false);
        await Compare(output, "node", [.. runs.Select(run => run.NodeProcessor)]).ConfigureAwait(false);
        await Compare(output, "node, not in the kernel", [.. runs.Select(run => run.NodeProcessor - run.NodeKernel)])
            .ConfigureAwait(false);
        await Compare(output, "node and tool", [.. runs.Select(run => run.NodeProcessor + run.ToolProcessor)])
            .ConfigureAwait(false);
        await Control(options, output, runs, records * PerfTools.RecordBytes).ConfigureAwait(false);
    }

    private static async Task<List<ToolRun>> Produce(
        BenchmarkOptions options, TextWriter output, int gigabytes, long records)
    {
        using WorkDirectory directory = new(options);
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Combine("data")).ConfigureAwait(false);
        await PerfTools.CreateTopic(node, "flat").ConfigureAwait(false);
        List<ToolRun> runs = [];
        for (int gigabyte = 1; gigabyte <= gigabytes; gigabyte++)
        {
            ToolRun run = await PerfTools.Produce(node, "flat", records).ConfigureAwait(false);
            (double tool, double nodeCost) = run.PerMillion(records);
            runs.Add(run);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"gigabyte {gigabyte}: CPU s per million records: tool {tool:F3}, node {nodeCost:F3} "
                + $"({run.NodeKernel / run.NodeProcessor * 100:F0} % kernel); {run.Summary}")).ConfigureAwait(false);
        }

        return runs;
    }

    private static async Task Control(
        BenchmarkOptions options, TextWriter output, List<ToolRun> runs, long bytesOfEach)
    {
        using WorkDirectory directory = new(options);
        PacedWrites writes = new(directory);
        List<TimeSpan> costs = [];
        foreach (ToolRun run in runs)
            costs.Add(await writes.Write(bytesOfEach, run.Elapsed).ConfigureAwait(false));
        await output.WriteLineAsync(
            "control, CPU s a gigabyte: " + string.Join(", ", costs.Select(Seconds))).ConfigureAwait(false);
        await Compare(output, "control: the same bytes at the same pace to bare files", costs).ConfigureAwait(false);
    }

    private static Task Compare(TextWriter output, string what, List<TimeSpan> costs) => output.WriteLineAsync(
        string.Create(
            CultureInfo.InvariantCulture, $"last against second gigabyte, {what}: {costs[^1] / costs[1]:F2}"));

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("F2", CultureInfo.InvariantCulture);
}
