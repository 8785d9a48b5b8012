using System.Reflection;

namespace KafkaActors.Client.Cluster;

/// <summary>What this client calls itself to nodes (KIP-511): their metrics and logs show it.</summary>
internal static class OwnSoftware
{
    public const string Name = "kafka-actors";

    /// <summary>Letters, digits, '-' and '.' alone, as nodes ask for.</summary>
    public static string Version { get; } =
        typeof(OwnSoftware).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?
            .InformationalVersion.Split('+')[0] ?? "0";
}
