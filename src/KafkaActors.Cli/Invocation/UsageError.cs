using System.CommandLine;
using System.CommandLine.Parsing;

namespace KafkaActors.Cli.Invocation;

/// <summary>Chooses the one complaint worth reading among all that the parser has.</summary>
internal static class UsageError
{
    /// <summary>Marks a message that matters more than any other: see <see cref="Options.ZooKeeperOption"/>.</summary>
    public const string Overriding = "There is no ZooKeeper";

    public static string Of(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0 || parsed.CommandResult.Command is RootCommand && parsed.Tokens.Count == 0)
            return "a command is needed: node, topics, console-producer, console-consumer, ...";
        string message = Worst(parsed.Errors).Message;
        return OneLine(message);
    }

    private static ParseError Worst(IReadOnlyList<ParseError> errors) =>
        errors.FirstOrDefault(e => e.Message.StartsWith(Overriding, StringComparison.Ordinal))
        ?? errors.FirstOrDefault(e => e.Message.StartsWith("Unrecognized", StringComparison.Ordinal))
        ?? errors[0];

    private static string OneLine(string message)
    {
        string line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.EndsWith('.') ? line : line + ".";
    }
}
