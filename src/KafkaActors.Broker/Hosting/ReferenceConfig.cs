using Akka.Configuration;

namespace KafkaActors.Broker.Hosting;

/// <summary>The files of <c>hocon/reference</c>, embedded into this assembly.</summary>
internal static class ReferenceConfig
{
    public static Config Read(string name)
    {
        using Stream stream = typeof(ReferenceConfig).Assembly.GetManifestResourceStream($"reference/{name}.conf")
            ?? throw new InvalidOperationException($"reference/{name}.conf is not embedded");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
