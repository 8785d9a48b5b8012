using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.TestKit;

namespace KafkaActors.Cluster.Tests.InProcess;

/// <summary>
/// Nodes that know only each other's addresses, each in an ActorSystem of its own in this process, on ports that stay
/// the same when a node is started again.
/// </summary>
internal sealed class FormingNodes : IAsyncDisposable
{
    private readonly TempDirectory _data = new();
    private readonly SortedDictionary<int, KafkaActorsNode> _nodes = [];
    private readonly Dictionary<int, int> _ports = [];

    public FormingNodes(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach ((int index, TcpListener listener) in listeners.Index())
        {
            listener.Start();
            _ports[index + 1] = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        foreach (TcpListener listener in listeners) listener.Dispose();
    }

    public KafkaActorsNode this[int id] => _nodes[id];

    public string AddressOf(int id) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_ports[id]}");

    public string DataOf(int id) => _data.Combine($"node-{id}");

    public async Task<KafkaActorsNode> StartAsync(int id, int[] seeds, string more = "", TextWriter? log = null)
    {
        Config config = ConfigurationFactory.ParseString(
            $$"""
            kafka-actors {
              node.id = {{id}}
              log.dirs = "{{DataOf(id)}}"
              listeners.akka.port = {{_ports[id]}}
              listeners.kafka.port = 0
              cluster.seeds = {{NodeConfiguration.ListOf(seeds.Select(AddressOf))}}
            }
            """);
        config = ConfigurationFactory.ParseString($"kafka-actors {{\n{more}\n}}").WithFallback(config);
        var options = new NodeOptions { Log = log ?? TestContext.Progress };
        KafkaActorsNode node = await KafkaActorsNode.StartAsync(config, options);
        lock (_nodes) _nodes[id] = node;
        return node;
    }

    public Task StartAllAsync(params int[][] seedsOfEach) =>
        Task.WhenAll(seedsOfEach.Index().Select(one => StartAsync(one.Index + 1, one.Item)));

    public async Task StopAsync(int id)
    {
        await _nodes[id].StopAsync();
        _nodes.Remove(id);
    }

    /// <summary>Ends nodes as a crash would: nobody is told.</summary>
    public async Task CrashAsync(params int[] ids)
    {
        await Task.WhenAll(ids.Select(async id =>
        {
            await _nodes[id].System.Terminate();
            await _nodes[id].Stopped;
        }));
        foreach (int id in ids) _nodes.Remove(id);
    }

    public async ValueTask DisposeAsync()
    {
        await CrashAsync([.. _nodes.Keys]);
        _data.Dispose();
    }
}
