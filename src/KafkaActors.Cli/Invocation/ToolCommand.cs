using System.CommandLine;

namespace KafkaActors.Cli.Invocation;

/// <summary>
/// One sub-command. A subclass declares its options, turns them into settings, and runs; what it throws becomes one
/// line (<see cref="CommandLineRunner"/>).
/// </summary>
internal abstract class ToolCommand : Command
{
    protected ToolCommand(ToolContext context, string name, string description)
        : base(name, description)
    {
        Context = context;
        SetAction(RunAsync);
    }

    /// <summary>Lines that work as they stand, shown under the options by <c>--help</c>.</summary>
    public IReadOnlyList<string> Examples { get; protected init; } = [];

    protected ToolContext Context { get; }

    /// <returns>An <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> RunAsync(ParseResult arguments, CancellationToken stop);
}
