using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Load;

/// <summary>Runs a tool of the command line against a node, as the README's lines do.</summary>
internal static class Tool
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <summary>Runs a tool to its end and fails unless it exits with 0.</summary>
    public static async Task<IReadOnlyList<string>> Run(NodeProcess node, params IReadOnlyList<string> arguments)
    {
        await using ExternalProcess tool = KafkaActorsCommand.Start(
            [.. arguments, "--bootstrap-server", node.Bootstrap]);
        tool.StandardInput.Close();
        Assert.That(await tool.WaitForExitAsync(Timeout), Is.Zero, tool.Describe());
        return tool.OutputLines;
    }

    /// <summary>As the shell's <c>tool &lt; input &gt; output</c>; the files hold exactly what passed.</summary>
    public static async Task<int> Pipe(
        NodeProcess node, string input, string output, params IReadOnlyList<string> arguments)
    {
        await using ExternalProcess tool = KafkaActorsCommand.StartUnder(
            ["sh", "-c", "in=$1; out=$2; shift 2; exec \"$@\" <\"$in\" >\"$out\"", "sh", input, output],
            [.. arguments, "--bootstrap-server", node.Bootstrap]);
        int exitCode = await tool.WaitForExitAsync(Timeout);
        await TestContext.Out.WriteLineAsync(tool.Describe());
        return exitCode;
    }

    public static Task CreateTopic(NodeProcess node, string topic) => Run(
        node, "topics", "--create", "--topic", topic, "--partitions", "1", "--replication-factor", "1");
}
