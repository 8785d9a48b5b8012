using System.Globalization;
using Akka.Configuration;
using KafkaActors.Testing.Links;

namespace KafkaActors.Testing;

/// <summary>
/// What the nodes of one cluster have in common: who they are, where they are found, and their links.
/// </summary>
internal sealed class ClusterPlan : IDisposable
{
    private static int count;

    /// <param name="nodes">At least 1.</param>
    public ClusterPlan(int nodes, KafkaActorsClusterOptions options)
    {
        Options = options;
        int number = Interlocked.Increment(ref count);
        SystemName = string.Create(CultureInfo.InvariantCulture, $"kafka-actors-cluster-{number}");
        var nodesAt = new Dictionary<string, int>();
        var doors = new Dictionary<int, NodeDoors>();
        for (int id = 1; id <= nodes; id++)
        {
            LoopbackHost host = LoopbackHost.Of(number, id);
            doors[id] = new NodeDoors(
                host,
                new DoorRelay(id, host, new AkkaSniffer(nodesAt), Links),
                new DoorRelay(id, host, new KafkaSniffer(), Links),
                new DoorRelay(id, host, new KafkaSniffer(), Links));
            nodesAt[host.At(doors[id].Akka.Port)] = id;
        }

        Doors = doors;
    }

    public KafkaActorsClusterOptions Options { get; }

    /// <summary>Of every node's ActorSystem.</summary>
    public string SystemName { get; }

    public ClusterLinks Links { get; } = new();

    public IReadOnlyDictionary<int, NodeDoors> Doors { get; }

    public Config ConfigOf(int node, string dataPath)
    {
        string[] seeds = Doors.Count == 1 ? [] : [.. Doors.Values.Select(doors => doors.Host.At(doors.Akka.Port))];
        return ClusterConfig.Of(Options, node, Doors.Count, dataPath, Doors[node], seeds);
    }

    public void Dispose()
    {
        foreach (NodeDoors doors in Doors.Values) doors.Dispose();
    }
}
