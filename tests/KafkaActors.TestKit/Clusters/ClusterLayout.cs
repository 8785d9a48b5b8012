using System.Globalization;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.TestKit.Clusters;

/// <summary>What a cluster of node processes consists of, and how each of them is started.</summary>
public sealed record ClusterLayout
{
    public const int AkkaPort = 4053;
    public const int KafkaPort = 9092;

    /// <summary>Every node, in the order in which they are started.</summary>
    public IReadOnlyList<int> Nodes { get; init; } = [1, 2, 3];

    /// <summary>Nodes that keep the metadata log when they start for the first time.</summary>
    public IReadOnlyList<int> Voters { get; init; } = [1, 2, 3];

    /// <summary>Voters that keep no partitions.</summary>
    public IReadOnlyList<int> Witnesses { get; init; } = [];

    /// <summary>The seeds that a node is given, in their order.</summary>
    public Func<int, IReadOnlyList<int>> SeedsOf { get; init; } = _ => [1, 2, 3];

    public required IClusterNetwork Network { get; init; }

    /// <summary>Further <c>--set PATH=VALUE</c> arguments of every node.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Further ones of one node; they win.</summary>
    public Func<int, IReadOnlyList<string>> SettingsOf { get; init; } = _ => [];

    /// <summary>
    /// The port under which the others know a node's Akka door: another one where something stands before it.
    /// </summary>
    public int AdvertisedAkkaPort { get; init; } = AkkaPort;

    /// <summary>A directory for the metadata log apart from the data; null: they share one.</summary>
    public Func<int, string?> MetadataDirectoryOf { get; init; } = _ => null;

    /// <summary>A further program to start a node through; see <see cref="NodeLaunch.Under"/>.</summary>
    public Func<int, IReadOnlyList<string>> UnderOf { get; init; } = _ => [];

    /// <summary>Nodes that are all voters, and all seeds of each other, on loopback.</summary>
    /// <param name="nodes">In the order in which they are started.</param>
    public static ClusterLayout Formed(IReadOnlyList<int> nodes, IReadOnlyList<int> witnesses) => new()
    {
        Network = new LoopbackNetwork(), Nodes = nodes, Voters = nodes, Witnesses = witnesses, SeedsOf = _ => nodes,
    };

    public bool IsBroker(int node) => !Witnesses.Contains(node);

    public string KafkaAddressOf(int node) => Address(node, KafkaPort);

    public string AkkaAddressOf(int node) => Address(node, AdvertisedAkkaPort);

    public NodeLaunch LaunchOf(int node, string dataDirectory) => new()
    {
        DataDirectory = dataDirectory,
        AkkaPort = AkkaPort,
        KafkaPort = KafkaPort,
        Under = [.. Network.UnderOf(node), .. UnderOf(node)],
        Arguments = ["--host", Network.HostOf(node)],
        Settings =
        [
            .. OwnSettingsOf(node), .. SecretOf(dataDirectory), .. DirectoriesOf(node, dataDirectory), .. Settings,
            .. SettingsOf(node),
        ],
    };

    // Nodes that are on several hosts, or look like it, have a secret; beside the data, where nothing is wiped.
    private static IReadOnlyList<string> SecretOf(string data)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(data))!);
        return [$"cluster.secret.file={SecretFile.Write($"{data}.secret")}"];
    }

    // The first directory holds the metadata log.
    private IReadOnlyList<string> DirectoriesOf(int node, string data) =>
        MetadataDirectoryOf(node) is { } metadata ? [$"log.dirs=[\"{metadata}\", \"{data}\"]"] : [];

    private IReadOnlyList<string> OwnSettingsOf(int node)
    {
        string seeds = string.Join(", ", SeedsOf(node).Select(seed => $"\"{AkkaAddressOf(seed)}\""));
        string roles = !Voters.Contains(node) ? "broker" : IsBroker(node) ? "voter, broker" : "voter";
        return
        [
            $"node.id={node}", $"cluster.seeds=[{seeds}]", $"process.roles=[{roles}]",
            $"listeners.akka.advertised.port={AdvertisedAkkaPort}",
        ];
    }

    private string Address(int node, int port) =>
        string.Create(CultureInfo.InvariantCulture, $"{Network.HostOf(node)}:{port}");
}
