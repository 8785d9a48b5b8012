using System.Globalization;
using KafkaActors.Benchmarks.Running;
using KafkaActors.TestKit.Kafka;
using KafkaActors.TestKit.Processes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Benchmarks.Nodes;

/// <summary>Three node processes that form one cluster, by their ids from 1 on.</summary>
internal sealed class ThreeNodes(WorkDirectory directory) : IAsyncDisposable
{
    private const int Count = 3;

    private static readonly string[] Groups = ["a", "b", "c", "d", "e", "f", "g", "h"];

    private static readonly TimeSpan StopTimeout = TimeSpan.FromMinutes(1);

    private readonly int[] _akkaPorts = new int[Count + 1];
    private readonly NodeProcess?[] _nodes = new NodeProcess?[Count + 1];

    public static IEnumerable<int> Ids => Enumerable.Range(1, Count);

    public NodeProcess this[int id] => _nodes[id] ?? throw new InvalidOperationException($"node {id} does not run");

    public static async Task<ThreeNodes> StartAsync(WorkDirectory directory)
    {
        var nodes = new ThreeNodes(directory);
        foreach (int id in Ids) nodes._akkaPorts[id] = FreePort();
        await Task.WhenAll(Ids.Select(nodes.StartAsync)).ConfigureAwait(false);
        return nodes;
    }

    public async Task StartAsync(int id)
    {
        string seeds = string.Join(", ", Ids.Select(seed =>
            string.Create(CultureInfo.InvariantCulture, $"\"127.0.0.1:{_akkaPorts[seed]}\"")));
        _nodes[id] = await NodeProcess.StartAsync(new NodeLaunch
        {
            DataDirectory = directory.Combine($"node-{id}"),
            AkkaPort = _akkaPorts[id],
            Settings = [$"node.id={id}", $"cluster.seeds=[{seeds}]"],
        }).ConfigureAwait(false);
    }

    /// <summary>Tells the node to stop; the task ends with its process.</summary>
    public async Task StopAsync(int id)
    {
        NodeProcess node = this[id];
        _nodes[id] = null;
        await using (node.ConfigureAwait(false))
        {
            node.Process.Terminate();
            int exitCode = await node.Process.WaitForExitAsync(StopTimeout).ConfigureAwait(false);
            if (exitCode != 0)
                throw new InvalidOperationException($"node {id} ended with {exitCode}\n{node.Process.Describe()}");
        }
    }

    /// <summary>The controller and the group coordinator as a node names them, and why it names none.</summary>
    public async Task<(NodeId Controller, NodeId Coordinator, string? Fault)> DutiesAsync(int asked)
    {
        using KafkaWireClient client =
            await KafkaWireClient.ConnectAsync(this[asked].KafkaBootstrap!).ConfigureAwait(false);
        var metadata = await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = [] })
            .ConfigureAwait(false);
        var found = await client.AskAsync<FindCoordinatorResponse>(
            new FindCoordinatorRequest { CoordinatorKeys = [.. Groups] }).ConfigureAwait(false);
        // The groups of a partition that the stopped node leads have none.
        FindCoordinatorResponse.Coordinator group = found.Coordinators
            .FirstOrDefault(one => one.ErrorCode == ErrorCode.None) ?? found.Coordinators[0];
        return (metadata.ControllerId, group.NodeId, $"{group.ErrorCode} {group.ErrorMessage}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NodeProcess node in _nodes.OfType<NodeProcess>()) await node.DisposeAsync().ConfigureAwait(false);
    }

    private static int FreePort()
    {
        using var broker = new ScriptedBroker();
        return broker.Port;
    }
}
