using Akka.Configuration;
using KafkaActors.Broker.Configuration;

namespace KafkaActors.Broker.Hosting;

/// <summary>Builds a user's configuration from a file and single values, as <c>node</c> is given them.</summary>
public static class NodeConfiguration
{
    /// <param name="file">A HOCON file, or Kafka's <c>server.properties</c>; or null.</param>
    /// <param name="values">
    /// Paths and their values, which win over the file, the last over the earlier ones. A path that does not begin
    /// with <c>akka.</c> or <c>kafka-actors.</c> is one under <c>kafka-actors</c>. A value is a text as it stands, or a
    /// list in brackets.
    /// </param>
    /// <param name="warn">Is told what a person should know of a file that can be used.</param>
    /// <exception cref="NodeStartException">The file cannot be read, or it or a value cannot be used.</exception>
    public static Config Load(
        string? file, IEnumerable<KeyValuePair<string, string>> values, Action<string>? warn = null)
    {
        if (file is null) return Over(Config.Empty, values);
        ConfigurationFile read = ConfigurationFile.Read(file);
        if (read.Warning is { } warning) warn?.Invoke(warning);
        Config config = Over(read.Config, values);
        try
        {
            NodeSettings.Read(config.WithFallback(KafkaActorsConfig.Reference));
        }
        catch (InvalidSettingException fault)
        {
            throw new InvalidSettingException(read.Placed(fault.Message), fault);
        }

        return config;
    }

    private static Config Over(Config config, IEnumerable<KeyValuePair<string, string>> values)
    {
        foreach ((string path, string value) in values)
            config = Parse(Assignment(path.Trim(), value.Trim()), $"{path}={value}").WithFallback(config);
        return config;
    }

    /// <summary>Splits PATH=VALUE.</summary>
    /// <exception cref="NodeStartException">There is no <c>=</c>, or nothing before it.</exception>
    public static KeyValuePair<string, string> Split(string assignment)
    {
        int equals = assignment.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new(assignment[..equals].Trim(), assignment[(equals + 1)..].Trim())
            : throw new NodeStartException(
                $"\"{assignment}\" is no setting; expected PATH=VALUE, such as log.retention.hours=24");
    }

    /// <summary>A value that is a list.</summary>
    public static string ListOf(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(HoconText.Quote))}]";

    internal static string Assignment(string path, string value)
    {
        bool isFull = path.StartsWith("akka.", StringComparison.Ordinal)
            || path.StartsWith(SettingsTree.Root + ".", StringComparison.Ordinal);
        string text = value.StartsWith('[') ? value : HoconText.Quote(value);
        return $"{(isFull ? path : $"{SettingsTree.Root}.{path}")} = {text}";
    }

    // The parser throws whatever its tokenizer trips over: FormatException, IndexOutOfRangeException and others.
    internal static Config Parse(string hocon, string source)
    {
        try
        {
            return ConfigurationFactory.ParseString(hocon);
        }
        catch (Exception cause)
        {
            string reason = cause.Message.ReplaceLineEndings(" ");
            throw new NodeStartException($"{source} is not valid HOCON: {reason}", cause);
        }
    }
}
