using System.Globalization;
using Akka.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Client;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.Secrets;

/// <summary>
/// Nodes in this process that hold secrets, and clients of theirs. A secret is named by a letter; see
/// <see cref="SecretFile"/>.
/// </summary>
internal sealed class SecretNodes(TempDirectory directory) : IAsyncDisposable
{
    public const string Cluster = "a";
    public const string Client = "c";

    private readonly TempDirectory _directory = directory;
    private readonly List<KafkaActorsNode> _nodes = [];
    private readonly LineWriter _log = new();
    private int _lastFile;

    public KafkaActorsNode First => _nodes[0];

    /// <summary>What all nodes have logged.</summary>
    public IReadOnlyList<string> Log => _log.Lines;

    /// <summary>The lines on those who were turned away, or whose messages were dropped.</summary>
    public IReadOnlyList<string> AkkaPortLines =>
        [.. Log.Where(line => line.Contains("Akka port, ", StringComparison.Ordinal))];

    public string Contact => ContactOf(First);

    public static string ContactOf(KafkaActorsNode node)
    {
        NodeDoor door = node.Doors.Single(door => door.Name == "akka");
        return string.Create(CultureInfo.InvariantCulture, $"{door.Host}:{door.Port}");
    }

    /// <summary>What is set beside the secrets, of every node and client.</summary>
    public Config More { get; private init; } = Akka.Configuration.Config.Empty;

    /// <param name="more">Makes what is set beside, of a directory that lasts as long as the nodes.</param>
    public static async Task<SecretNodes> StartAsync(
        string cluster = Cluster, string? client = Client, Func<TempDirectory, Config>? more = null)
    {
        var directory = new TempDirectory();
        var nodes = new SecretNodes(directory) { More = more?.Invoke(directory) ?? Akka.Configuration.Config.Empty };
        await nodes.AddAsync(1, cluster, client);
        return nodes;
    }

    /// <summary>A file with those secrets, the first the one in use.</summary>
    public string FileOf(string letters) =>
        SecretFile.Write(_directory.Combine($"{Interlocked.Increment(ref _lastFile)}.secret"), letters);

    public async Task<KafkaActorsNode> AddAsync(int id, string? cluster, string? client = null, string more = "")
    {
        KafkaActorsNode node = await KafkaActorsNode.StartAsync(
            Config(id, cluster, client, more).WithFallback(More), new NodeOptions { Log = _log });
        _nodes.Add(node);
        return node;
    }

    public Task<KafkaActorsClient> ClientAsync(string? letters) =>
        More.IsEmpty
            ? KafkaActorsClient.StartAsync(Contact, ClientConfig(letters))
            : KafkaActorsClient.StartAsync(First.AkkaAddress, ClientConfig(letters).WithFallback(More));

    public Config ClientConfig(string? letters) => letters is null
        ? Akka.Configuration.Config.Empty
        : ConfigurationFactory.ParseString($"kafka-actors.client.secret.file = \"{FileOf(letters)}\"");

    public async ValueTask DisposeAsync()
    {
        for (int i = _nodes.Count - 1; i >= 0; i--) await _nodes[i].DisposeAsync();
        await _log.DisposeAsync();
        _directory.Dispose();
    }

    private Config Config(int id, string? cluster, string? client, string more) => ConfigurationFactory.ParseString(
        $$"""
        kafka-actors {
          node.id = {{id}}
          process.roles = {{(id == 1 ? "[voter, broker]" : "[broker]")}}
          log.dirs = "{{_directory.Combine($"node-{id}")}}"
          listeners.akka.port = 0
          listeners.kafka.port = 0
          cluster.seeds = [{{(id == 1 ? "" : $"\"{Contact}\"")}}]
          cluster.join.timeout.ms = 20 s
          {{(cluster is null ? "" : $"cluster.secret.file = \"{FileOf(cluster)}\"")}}
          {{(client is null ? "" : $"cluster.client.secret.file = \"{FileOf(client)}\"")}}
          {{more}}
        }
        """);
}
