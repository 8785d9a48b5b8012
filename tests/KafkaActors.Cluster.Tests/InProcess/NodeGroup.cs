using System.Globalization;
using Akka.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.TestKit;

namespace KafkaActors.Cluster.Tests.InProcess;

/// <summary>
/// Several nodes in this process, each with an ActorSystem, a data directory and a free port of its own. Node 1 is the
/// only voter; the others find the cluster by it.
/// </summary>
internal sealed class NodeGroup(string voterRoles) : IAsyncDisposable
{
    private readonly TempDirectory _data = new();
    private readonly SortedDictionary<int, KafkaActorsNode> _nodes = [];
    private string _seed = "";

    public KafkaActorsNode this[int id] => _nodes[id];

    /// <param name="votersAreBrokers">
    /// Else node 1 holds the metadata and nothing more, and node 2, the oldest broker, has the group coordinator.
    /// </param>
    public static async Task<NodeGroup> StartAsync(int count, bool votersAreBrokers = true)
    {
        var group = new NodeGroup(votersAreBrokers ? "[voter, broker]" : "[voter]");
        for (int id = 1; id <= count; id++) await group.StartNodeAsync(id);
        return group;
    }

    /// <summary>host:port of a node's Akka door.</summary>
    public string ContactOf(int id)
    {
        NodeDoor door = _nodes[id].Doors.Single(door => door.Name == "akka");
        return string.Create(CultureInfo.InvariantCulture, $"{door.Host}:{door.Port}");
    }

    /// <summary>Starts a node, or starts a stopped one again: it comes back with its data on another port.</summary>
    public async Task StartNodeAsync(int id)
    {
        Config config = ConfigurationFactory.ParseString(
            $$"""
            kafka-actors {
              node.id = {{id}}
              process.roles = {{(id == 1 ? voterRoles : "[broker]")}}
              log.dirs = "{{_data.Combine($"node-{id}")}}"
              listeners.akka.port = 0
              listeners.kafka.port = 0
              cluster.seeds = [{{(id == 1 ? "" : $"\"{_seed}\"")}}]
            }
            """);
        _nodes[id] = await KafkaActorsNode.StartAsync(config, new NodeOptions { Log = TestContext.Progress });
        if (id == 1) _seed = ContactOf(1);
    }

    public async Task StopNodeAsync(int id)
    {
        await _nodes[id].StopAsync();
        _nodes.Remove(id);
    }

    /// <summary>Ends a node as a crash would: nobody is told.</summary>
    public async Task CrashNodeAsync(int id)
    {
        KafkaActorsNode node = _nodes[id];
        await node.System.Terminate();
        await node.Stopped;
        _nodes.Remove(id);
    }

    public async ValueTask DisposeAsync()
    {
        // The voter goes last: it takes over from the others.
        foreach (int id in _nodes.Keys.Reverse().ToArray()) await StopNodeAsync(id);
        _data.Dispose();
    }
}
