using Akka.Configuration;
using KafkaActors.Messages;

namespace KafkaActors.Broker.Configuration;

/// <summary>The files of <c>hocon/reference</c>, embedded into this assembly.</summary>
internal static class ReferenceConfig
{
    /// <summary>Those that hold the settings of a node.</summary>
    public static IReadOnlyList<string> SettingFiles { get; } =
        ["front-door", "kafka", "groups", "controller", "log", "node", "bulkheads"];

    private static readonly Lazy<Config> LazyWhole = new(() =>
        SettingFiles.Append("akka").Append("node-messages").Select(Read)
            .Aggregate((above, below) => above.WithFallback(below))
            .WithFallback(MessagesConfig.Fragment));

    /// <summary>All of them together, with what client messages need.</summary>
    public static Config Whole => LazyWhole.Value;

    public static Config Read(string name) => ConfigurationFactory.ParseString(Text(name));

    public static string Text(string name)
    {
        using Stream stream = typeof(ReferenceConfig).Assembly.GetManifestResourceStream($"reference/{name}.conf")
            ?? throw new InvalidOperationException($"reference/{name}.conf is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
