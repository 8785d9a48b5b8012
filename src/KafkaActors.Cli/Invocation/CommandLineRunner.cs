using System.CommandLine;
using System.CommandLine.Invocation;

namespace KafkaActors.Cli.Invocation;

/// <summary>
/// Parses the arguments, runs the command they name, and turns everything that goes wrong into one line on standard
/// error and an <see cref="ExitCode"/>. Never prints a help page that was not asked for.
/// </summary>
internal static class CommandLineRunner
{
    // A topic or a file may well begin with '@', and `-ab` is one mistyped option, not two.
    private static readonly ParserConfiguration Parsing =
        new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    public static async Task<int> RunAsync(
        ToolContext context, IReadOnlyList<string> arguments, CancellationToken stop)
    {
        ParseResult parsed = Parse(context, arguments);
        string command = CommandPath(parsed);
        if (parsed.Action is null or ParseErrorAction)
        {
            context.Error.WriteLine($"{command}: {UsageError.Of(parsed)} Try '{command} --help'.");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(Invocation(context), stop).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            return Report(context, command, e, stop.IsCancellationRequested);
        }
    }

    public static ParseResult Parse(ToolContext context, IReadOnlyList<string> arguments) =>
        KafkaActorsRoot.Create(context).Parse(arguments, Parsing);

    // Signals belong to Interruption, exceptions to Report.
    private static InvocationConfiguration Invocation(ToolContext context) => new()
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
        Output = context.Text,
        Error = context.Error,
    };

    private static int Report(ToolContext context, string command, Exception exception, bool interrupted)
    {
        if (interrupted && exception is OperationCanceledException) return ExitCode.Interrupted;
        if (StandardOutput.IsClosedPipe(exception)) return ExitCode.Success;
        if (exception is ToolException failure)
        {
            context.Error.WriteLine($"{command}: {failure.Message}");
            return failure.ExitCode;
        }

        string? known = EnvironmentFailure.Describe(exception);
        context.Error.WriteLine($"{command}: {known ?? "unexpected failure, please report it: " + exception}");
        return ExitCode.Failure;
    }

    private static string CommandPath(ParseResult parsed)
    {
        string name = parsed.CommandResult.Command.Name;
        return parsed.CommandResult.Command is RootCommand ? name : $"{parsed.RootCommandResult.Command.Name} {name}";
    }
}
