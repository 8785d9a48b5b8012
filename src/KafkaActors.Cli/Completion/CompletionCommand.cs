using System.CommandLine;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Completion;

/// <summary>
/// Prints a script that teaches a shell to complete the command line. The script asks the program itself what fits
/// (the parser's <c>[suggest]</c> directive), so it never has to be printed again when options change.
/// </summary>
internal sealed class CompletionCommand : ToolCommand
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    private readonly Argument<string> _shell = new("shell") { Description = "bash, zsh or fish" };

    public CompletionCommand(ToolContext context)
        : base(context, "completion", "Print a completion script for a shell.")
    {
        _shell.AcceptOnlyFromAmong(Shells);
        Add(_shell);
        Examples =
        [
            "source <(kafka-actors completion bash)",
            "kafka-actors completion zsh > ~/.zfunc/_kafka-actors",
            "kafka-actors completion fish > ~/.config/fish/completions/kafka-actors.fish",
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        string name = $"{typeof(CompletionCommand).Namespace}.kafka-actors.{arguments.GetRequiredValue(_shell)}";
        using Stream script = typeof(CompletionCommand).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing.");
        await script.CopyToAsync(Context.Streams.Output, stop).ConfigureAwait(false);
        return ExitCode.Success;
    }
}
