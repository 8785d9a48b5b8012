using System.CommandLine;
using System.CommandLine.Parsing;

namespace KafkaActors.Cli.Options;

/// <summary>What validators ask: whether an option was given. Its value may be one that cannot be read.</summary>
internal static class GivenOptions
{
    public static bool Has(this CommandResult result, Option option) =>
        result.Children.OfType<OptionResult>().Any(given => given.Option == option && !given.Implicit);

    public static bool Has(this CommandResult result, Argument argument) =>
        result.Children.OfType<ArgumentResult>().Any(given => given.Argument == argument && given.Tokens.Count > 0);
}
