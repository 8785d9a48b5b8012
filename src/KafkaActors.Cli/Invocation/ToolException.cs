namespace KafkaActors.Cli.Invocation;

/// <summary>Ends a tool with one line for the person who called it: what is wrong, and what to do about it.</summary>
internal sealed class ToolException(string message, int exitCode = ExitCode.Failure) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static ToolException Usage(string message) => new(message, Invocation.ExitCode.Usage);
}
