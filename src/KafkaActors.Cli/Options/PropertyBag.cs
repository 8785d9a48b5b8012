using System.Globalization;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Options;

/// <summary>
/// Properties under Kafka's names, each read once by whoever knows it. <see cref="RefuseUnknown"/> then names the one
/// that nobody knew: a misspelt setting is an error, not a default.
/// </summary>
internal sealed class PropertyBag(string option, IReadOnlyDictionary<string, string> values)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    public string? Text(string key)
    {
        _known.Add(key);
        return values.GetValueOrDefault(key);
    }

    public string Text(string key, string absent) => Text(key) ?? absent;

    public bool Flag(string key, bool absent) => Text(key) switch
    {
        null => absent,
        { } text when bool.TryParse(text.Trim(), out bool value) => value,
        { } text => throw Unreadable(key, text, "true or false"),
    };

    public int Int32(string key, int absent) => checked((int)Int64(key, absent, int.MaxValue));

    public long Int64(string key, long absent, long greatest = long.MaxValue) => Text(key) switch
    {
        null => absent,
        { } text when long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out long value) && value >= 0 && value <= greatest => value,
        { } text => throw Unreadable(key, text, "a whole number that is not negative"),
    };

    public TimeSpan Milliseconds(string key, TimeSpan absent) =>
        TimeSpan.FromMilliseconds(Int64(key, (long)absent.TotalMilliseconds, int.MaxValue));

    public T OneOf<T>(string key, T absent, IReadOnlyDictionary<string, T> choices) => Text(key) switch
    {
        null => absent,
        { } text when choices.TryGetValue(text.Trim(), out T? value) => value,
        { } text => throw Unreadable(key, text, "one of " + string.Join(", ", choices.Keys)),
    };

    public void RefuseUnknown()
    {
        string? unknown = values.Keys.FirstOrDefault(key => !_known.Contains(key));
        if (unknown is null) return;
        throw ToolException.Usage(
            $"'{unknown}' of {option} is not known here; known are {string.Join(", ", _known.Order())}.");
    }

    private ToolException Unreadable(string key, string text, string expected) =>
        ToolException.Usage($"'{text}' is no value for {key} of {option}: it takes {expected}.");
}
