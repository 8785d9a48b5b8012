using System.CommandLine;

namespace KafkaActors.Cli.Options;

/// <summary>A repeatable option whose values are <c>key=value</c>, as <c>--property</c> is.</summary>
internal sealed class KeyValueOption : Option<string[]>
{
    public KeyValueOption(string name, string description, params string[] aliases)
        : base(name, aliases)
    {
        Description = description;
        HelpName = "KEY=VALUE";
        Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value).Where(text => text.IndexOf('=') < 1))
                result.AddError($"'{text}' of {name} is not KEY=VALUE.");
        });
    }

    /// <summary>The last value given for a key counts.</summary>
    public IReadOnlyDictionary<string, string> Pairs(ParseResult arguments)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string text in arguments.GetValue(this) ?? [])
        {
            int equals = text.IndexOf('=');
            pairs[text[..equals].Trim()] = text[(equals + 1)..];
        }

        return pairs;
    }
}
