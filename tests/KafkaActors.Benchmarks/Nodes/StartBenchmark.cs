using System.Diagnostics;
using System.Globalization;
using KafkaActors.Benchmarks.Running;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Benchmarks.Nodes;

/// <summary>
/// How long until an empty node serves, what does it cost at rest, and how long does it take with data that was closed
/// cleanly? Time runs from the start of the process to its <c>ready</c> line.
/// </summary>
internal static class StartBenchmark
{
    private const double RestSeconds = 20;

    // For some 15 s after its start a process still compiles in the background what it has used often.
    private const double SettleSeconds = 30;

    private const int LargeRecordBytes = 10_000;
    private const long DataBytes = 10_000_000_000;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        await ColdStarts(options, output).ConfigureAwait(false);
        await Rest(options, output).ConfigureAwait(false);
        await StartWithData(options, output).ConfigureAwait(false);
    }

    private static async Task ColdStarts(BenchmarkOptions options, TextWriter output)
    {
        List<double> seconds = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            using WorkDirectory directory = new(options);
            (NodeProcess node, TimeSpan elapsed) = await Start(directory).ConfigureAwait(false);
            await Stop(node).ConfigureAwait(false);
            seconds.Add(elapsed.TotalSeconds);
        }

        await output.WriteLineAsync($"cold start to ready, s: {Statistics.Of(seconds).ToString("F2")}")
            .ConfigureAwait(false);
    }

    private static async Task Rest(BenchmarkOptions options, TextWriter output)
    {
        using WorkDirectory directory = new(options);
        (NodeProcess node, _) = await Start(directory).ConfigureAwait(false);
        await Pause.For(TimeSpan.FromSeconds(SettleSeconds * options.Scale)).ConfigureAwait(false);
        TimeSpan before = node.Process.ProcessorTime;
        long started = Stopwatch.GetTimestamp();
        await Pause.For(TimeSpan.FromSeconds(RestSeconds * options.Scale)).ConfigureAwait(false);
        double share = (node.Process.ProcessorTime - before) / Stopwatch.GetElapsedTime(started);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"at rest: {share * 100:F2} % of one core, {node.Process.ResidentBytes / 1e6:F0} MB resident"))
            .ConfigureAwait(false);
        await Stop(node).ConfigureAwait(false);
    }

    private static async Task StartWithData(BenchmarkOptions options, TextWriter output)
    {
        using WorkDirectory directory = new(options);
        (NodeProcess node, _) = await Start(directory).ConfigureAwait(false);
        await PerfTools.CreateTopic(node, "data").ConfigureAwait(false);
        await PerfTools.Produce(node, "data", options.Scaled(DataBytes / LargeRecordBytes), LargeRecordBytes)
            .ConfigureAwait(false);
        await Stop(node).ConfigureAwait(false);
        List<double> seconds = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            (NodeProcess again, TimeSpan elapsed) = await Start(directory).ConfigureAwait(false);
            await Stop(again).ConfigureAwait(false);
            seconds.Add(elapsed.TotalSeconds);
        }

        double gigabytes = Bytes(directory) / 1e9;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"start with {gigabytes:F1} GB, s: {Statistics.Of(seconds).ToString("F2")}")).ConfigureAwait(false);
    }

    private static async Task<(NodeProcess Node, TimeSpan Elapsed)> Start(WorkDirectory directory)
    {
        long started = Stopwatch.GetTimestamp();
        NodeProcess node = await NodeProcess.StartAsync(directory.Combine("data")).ConfigureAwait(false);
        return (node, Stopwatch.GetElapsedTime(started));
    }

    private static async Task Stop(NodeProcess node)
    {
        await using (node.ConfigureAwait(false))
        {
            node.Process.Terminate();
            int exitCode = await node.Process.WaitForExitAsync(StopTimeout).ConfigureAwait(false);
            if (exitCode != 0)
                throw new InvalidOperationException($"the node ended with {exitCode}\n{node.Process.Describe()}");
        }
    }

    private static long Bytes(WorkDirectory directory) =>
        new DirectoryInfo(directory.Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
}
