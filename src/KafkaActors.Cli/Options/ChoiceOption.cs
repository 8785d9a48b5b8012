using System.CommandLine;

namespace KafkaActors.Cli.Options;

/// <summary>An option that takes one of a few words, which help and completion then list.</summary>
internal sealed class ChoiceOption<T> : Option<string>
{
    private readonly IReadOnlyDictionary<string, T> _choices;

    public ChoiceOption(string name, string description, IReadOnlyDictionary<string, T> choices)
        : base(name)
    {
        _choices = choices;
        Description = description;
        AcceptOnlyFromAmong([.. choices.Keys]);
    }

    public T Choice(ParseResult arguments, T absent) =>
        arguments.GetValue(this) is { } word ? _choices[word] : absent;
}
