using Akka.Configuration;

namespace KafkaActors.Broker.Hosting;

/// <summary>The files of <c>hocon/reference</c>, embedded into this assembly.</summary>
internal static class ReferenceConfig
{
    /// <summary>Those that hold the settings of a node.</summary>
    public static IReadOnlyList<string> SettingFiles { get; } =
        ["front-door", "kafka", "groups", "controller", "log", "node", "bulkheads"];

    public static Config Read(string name) => ConfigurationFactory.ParseString(Text(name));

    public static string Text(string name)
    {
        using Stream stream = typeof(ReferenceConfig).Assembly.GetManifestResourceStream($"reference/{name}.conf")
            ?? throw new InvalidOperationException($"reference/{name}.conf is not embedded");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
