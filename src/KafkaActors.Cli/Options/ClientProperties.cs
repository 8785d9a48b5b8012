using Akka.Configuration;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client.Configuration;

namespace KafkaActors.Cli.Options;

/// <summary>
/// Gathers client properties under Kafka's names (<c>batch.size=16384</c>) and makes a configuration of them: the
/// client's own keys carry the same names, under <c>kafka-actors.client</c> or its section for producers or consumers.
/// A name that is no such key is refused. Later values win.
/// </summary>
internal sealed class ClientProperties(string section)
{
    public const string Producer = "producer";
    public const string Consumer = "consumer";
    public const string Admin = "admin";

    private const string Root = "kafka-actors.client";

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public ClientProperties Add(string key, string? value)
    {
        if (value is null) return this;
        _values[PathOf(key)] = value;
        return this;
    }

    public ClientProperties Add(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        foreach ((string key, string value) in pairs) Add(key, value);
        return this;
    }

    /// <summary>Reads a file of Kafka's kind: KEY=VALUE lines, comments behind <c>#</c>.</summary>
    public ClientProperties AddFile(string? path)
    {
        if (path is null) return this;
        foreach (string line in File.ReadLines(path).Select(line => line.Trim()))
        {
            if (line.Length == 0 || line[0] is '#' or '!') continue;
            int equals = line.IndexOf('=');
            if (equals < 1) throw ToolException.Usage($"'{line}' in {path} is not KEY=VALUE.");
            Add(line[..equals].Trim(), line[(equals + 1)..].Trim());
        }

        return this;
    }

    public Config ToConfig() => ConfigurationFactory.ParseString(
        string.Join('\n', _values.Select(pair => $"{pair.Key} = {Quote(pair.Value)}")));

    private string PathOf(string key)
    {
        string special = $"{Root}.{section}.{key}";
        string common = $"{Root}.{key}";
        if (IsKey(special)) return special;
        if (IsKey(common) && !key.StartsWith("dispatcher", StringComparison.Ordinal)) return common;
        throw ToolException.Usage(
            $"'{key}' is no property of a {section}; hocon/reference/client.conf lists them all.");
    }

    private static bool IsKey(string path)
    {
        Config reference = KafkaActorsClientConfig.Reference;
        return reference.HasPath(path) && !reference.GetValue(path).IsObject();
    }

    private static string Quote(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
