using Akka.Configuration;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Configuration;

/// <summary>
/// Getters that throw with the full path when a key is missing or cannot be read; Akka's own return 0 instead.
/// Remembers the keys it was asked for, so that a test can compare them with the reference.
/// </summary>
internal sealed class ClientConfigReader(Config config, string section)
{
    private readonly List<string> _keys = [];
    private readonly Config _config = ReferenceEquals(config, KafkaActorsClientConfig.Reference)
        ? config
        : config.WithFallback(KafkaActorsClientConfig.Reference);

    public IReadOnlyList<string> Keys => _keys;

    public string Text(string key)
    {
        string path = $"{section}.{key}";
        _keys.Add(path);
        if (!_config.HasPath(path)) throw Invalid(path, "is missing");
        return _config.GetString(path);
    }

    /// <summary>Null where the key is null, or empty.</summary>
    public string? OptionalText(string key)
    {
        string path = $"{section}.{key}";
        _keys.Add(path);
        return _config.GetString(path) is { Length: > 0 } text ? text : null;
    }

    public bool Boolean(string key) => Text(key).ToUpperInvariant() switch
    {
        "TRUE" or "ON" or "YES" => true,
        "FALSE" or "OFF" or "NO" => false,
        string other => throw Invalid(key, other, "true or false"),
    };

    public int Int32(string key, int least, int most = int.MaxValue)
    {
        string text = Text(key);
        return ConfigText.TryParseNumber(text, out long value) && value >= least && value <= most
            ? (int)value
            : throw Invalid(key, text, $"a whole number from {least} to {most}");
    }

    public int Bytes(string key, int least)
    {
        string text = Text(key);
        return ConfigText.TryParseBytes(text, out long value) && value >= least && value <= int.MaxValue
            ? (int)value
            : throw Invalid(key, text, $"a size from {least} bytes to 2 GiB, such as 65536 or 64 KiB");
    }

    public TimeSpan Milliseconds(string key, int least, int most = int.MaxValue)
    {
        string text = Text(key);
        return ConfigText.TryParseMilliseconds(text, out long value) && value >= least && value <= most
            ? TimeSpan.FromMilliseconds(value)
            : throw Invalid(key, text, $"milliseconds from {least} to {most}, such as 500 or 10 s");
    }

    public T Word<T>(string key, params ReadOnlySpan<(string Word, T Value)> words)
    {
        string text = Text(key);
        List<string> known = [];
        foreach ((string word, T value) in words)
        {
            if (word.Equals(text, StringComparison.OrdinalIgnoreCase)) return value;
            known.Add(word);
        }

        throw Invalid(key, text, $"one of {string.Join(", ", known)}");
    }

    /// <summary>At least one, separated by commas; each once.</summary>
    /// <param name="find">What a word stands for; null for one that is not known.</param>
    public IReadOnlyList<T> List<T>(string key, Func<string, T?> find, IEnumerable<string> known)
        where T : class
    {
        string text = Text(key);
        string[] words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        T[] values = [.. words.Select(find).OfType<T>()];
        return values.Length > 0 && values.Length == words.Length && values.Distinct().Count() == values.Length
            ? values
            : throw Invalid(key, text, $"one or more of {string.Join(", ", known)}, separated by commas");
    }

    private KafkaException Invalid(string key, string text, string expected) =>
        Invalid($"{section}.{key}", $"is '{text}'; it takes {expected}");

    private static KafkaException Invalid(string path, string fault) =>
        new(ErrorCode.InvalidConfig, $"{path} {fault}.");
}
