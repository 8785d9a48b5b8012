using System.Globalization;
using Akka.Configuration;

namespace KafkaActors.Testing;

/// <summary>The configuration of one node of a cluster in a test.</summary>
internal static class ClusterConfig
{
    /// <summary>The listener for clients of any kind.</summary>
    public const string ClientListener = "PLAINTEXT";

    /// <summary>The listener by which nodes read from each other.</summary>
    public const string NodeListener = "NODES";

    private const string Root = "kafka-actors.";

    private static readonly string[] Own =
    [
        "node.id", "cluster.seeds", "controller.quorum.voters", "kafka.listeners", "kafka.advertised.listeners",
        "inter.broker.listener.name",
    ];

    /// <param name="doors">Where the node listens, and where it is to be found.</param>
    /// <param name="seeds">HOST:PORT each.</param>
    /// <exception cref="ArgumentException">The settings name what is the cluster's.</exception>
    public static Config Of(
        KafkaActorsClusterOptions options, int node, int nodes, string dataPath, NodeDoors doors, string[] seeds)
    {
        Dictionary<string, string> settings = new()
        {
            // Each node leads some.
            ["offsets.topic.num.partitions"] = Text(nodes),
        };
        foreach ((string key, string value) in options.Settings) settings[key] = value;
        if (options.SettingsOfNodes.TryGetValue(node, out IReadOnlyDictionary<string, string>? single))
            foreach ((string key, string value) in single) settings[key] = value;
        Refuse(settings.Keys);
        settings["node.id"] = Text(node);
        settings["cluster.seeds"] = List(seeds);
        settings["listeners.host"] = doors.Host.Name;
        settings["listeners.akka.port"] = Text(doors.Akka.Target);
        settings["listeners.akka.advertised.port"] = Text(doors.Akka.Port);
        settings["kafka.listeners"] = List(
            $"{ClientListener}://{doors.Host.At(doors.Clients.Target)}",
            $"{NodeListener}://{doors.Host.At(doors.Nodes.Target)}");
        settings["kafka.advertised.listeners"] = List(
            $"{ClientListener}://{doors.Host.At(doors.Clients.Port)}",
            $"{NodeListener}://{doors.Host.At(doors.Nodes.Port)}");
        settings["inter.broker.listener.name"] = NodeListener;
        var broker = new KafkaActorsBrokerOptions
        {
            Settings = settings,
            DefaultPartitions = options.DefaultPartitions ?? nodes,
        };
        return BrokerConfig.Of(broker, dataPath, null);
    }

    private static void Refuse(IEnumerable<string> keys)
    {
        foreach (string key in keys)
        {
            string name = key.StartsWith(Root, StringComparison.Ordinal) ? key[Root.Length..] : key;
            if (Own.Contains(name) || name.StartsWith("listeners.", StringComparison.Ordinal))
                throw new ArgumentException($"{key} is set by the cluster itself.", nameof(keys));
        }
    }

    private static string List(params string[] texts) => $"[{string.Join(", ", texts.Select(text => $"\"{text}\""))}]";

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
