using System.CommandLine;
using System.CommandLine.Parsing;

namespace KafkaActors.Cli.Options;

/// <summary>What validators ask: whether an option was given. Its value may be one that cannot be read.</summary>
internal static class GivenOptions
{
    public static bool Has(this SymbolResult result, Option option) =>
        result.GetResult(option) is { Implicit: false };

    public static bool Has(this SymbolResult result, Argument argument) =>
        result.GetResult(argument) is { Tokens.Count: > 0 };
}
