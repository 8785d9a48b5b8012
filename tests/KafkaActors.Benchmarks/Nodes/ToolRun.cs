using System.Diagnostics;
using KafkaActors.Benchmarks.Running;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Benchmarks.Nodes;

/// <summary>One run of a tool of the command line in a process of its own, and what it cost on both sides.</summary>
/// <param name="Output">What it printed.</param>
/// <param name="Elapsed">From its start to its end.</param>
/// <param name="ToolProcessor">Processor time of the tool.</param>
/// <param name="NodeProcessor">Processor time of the node meanwhile.</param>
/// <param name="NodeKernel">The part of it that was spent in the kernel.</param>
internal sealed record ToolRun(
    IReadOnlyList<string> Output,
    TimeSpan Elapsed,
    TimeSpan ToolProcessor,
    TimeSpan NodeProcessor,
    TimeSpan NodeKernel)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(30);

    /// <summary>The last line: a perf tool's summary.</summary>
    public string Summary => Output.LastOrDefault(line => line.Length > 0) ?? "";

    public static async Task<ToolRun> Of(NodeProcess node, params IReadOnlyList<string> arguments)
    {
        TimeSpan nodeBefore = node.Process.ProcessorTime;
        TimeSpan kernelBefore = node.Process.KernelTime;
        TimeSpan childrenBefore = ChildProcessorTime.Total();
        long started = Stopwatch.GetTimestamp();
        await using ExternalProcess tool = KafkaActorsCommand.Start(
            [.. arguments, "--bootstrap-server", node.Bootstrap]);
        tool.StandardInput.Close();
        int exitCode = await tool.WaitForExitAsync(Timeout).ConfigureAwait(false);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        if (exitCode != 0)
            throw new InvalidOperationException($"{arguments[0]} ended with {exitCode}\n{tool.Describe()}");
        return new ToolRun(
            tool.OutputLines,
            elapsed,
            ChildProcessorTime.Total() - childrenBefore,
            node.Process.ProcessorTime - nodeBefore,
            node.Process.KernelTime - kernelBefore);
    }

    /// <summary>Processor seconds per million records, of the tool and of the node.</summary>
    public (double Tool, double Node) PerMillion(long records) =>
        (ToolProcessor.TotalSeconds * 1e6 / records, NodeProcessor.TotalSeconds * 1e6 / records);
}
