using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Tests;

/// <summary>Runs a command line in this process, on streams of its own, and keeps what it wrote.</summary>
internal sealed record ToolRun(int ExitCode, byte[] OutputBytes, string Error)
{
    public string Output => System.Text.Encoding.UTF8.GetString(OutputBytes);

    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<ToolRun> OfAsync(params string[] arguments) => WithInputAsync([], arguments);

    public static Task<ToolRun> WithInputAsync(byte[] input, params string[] arguments) =>
        RunAsync(input, arguments, CancellationToken.None);

    /// <summary>Runs until it ends or, as by Ctrl+C, is told to.</summary>
    public static Task<ToolRun> UntilAsync(CancellationToken stop, params string[] arguments) =>
        RunAsync([], arguments, stop);

    private static async Task<ToolRun> RunAsync(byte[] input, string[] arguments, CancellationToken stop)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        using var source = new MemoryStream(input);
        var context = new ToolContext(new StandardStreams(source, output, error), TimeProvider.System);
        int exitCode = await CommandLineRunner.RunAsync(context, arguments, stop);
        return new ToolRun(exitCode, output.ToArray(), error.ToString());
    }
}
