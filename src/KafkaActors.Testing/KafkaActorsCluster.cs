using System.Diagnostics;
using KafkaActors.Broker.Configuration;
using KafkaActors.Client.Administration;
using KafkaActors.Protocol;

namespace KafkaActors.Testing;

/// <summary>
/// Several nodes that form one cluster in the test's own process, each the broker that the <c>node</c> command runs, in
/// an ActorSystem and over a data directory of its own; they speak to each other through sockets of the loopback alone.
/// What clusters have to live through can be done to them: nodes are killed, paused, stopped and started again, links
/// between them are cut.
/// <code>
/// await using var kafka = await KafkaActorsCluster.StartAsync(nodes: 3);
/// await kafka.CreateTopicAsync("orders", partitions: 6);
/// kafka[2].Kill();
/// await kafka[2].RestartAsync();
/// </code>
/// Any thread may use it.
/// </summary>
public sealed class KafkaActorsCluster : IAsyncDisposable
{
    /// <summary>How long nodes may take to know of each other once each of them serves.</summary>
    private static readonly TimeSpan MeetingLimit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan MeetingPause = TimeSpan.FromMilliseconds(10);

    private readonly ClusterPlan _plan;
    private int _isDisposed;

    private KafkaActorsCluster(int nodes, KafkaActorsClusterOptions options)
    {
        _plan = new ClusterPlan(nodes, options);
        Nodes = [.. Enumerable.Range(1, nodes).Select(id => new KafkaActorsClusterNode(id, _plan))];
    }

    /// <summary>The nodes by their ids, from 1 on, whether they run or not.</summary>
    public IReadOnlyList<KafkaActorsClusterNode> Nodes { get; }

    /// <summary>For <c>bootstrap.servers</c> of a Kafka client: every node.</summary>
    public string BootstrapServers => string.Join(',', Nodes.Select(node => node.BootstrapServers));

    /// <summary>A node by its id, which is 1 for the first.</summary>
    public KafkaActorsClusterNode this[int id] => Nodes[id - 1];

    /// <summary>Starts a cluster and returns once every node serves and knows of all others.</summary>
    /// <param name="nodes">How many; at least 1.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Gives the start up; nothing is left of it.</param>
    /// <exception cref="NodeStartException">A node cannot start; the message is one line that says why.</exception>
    /// <exception cref="ArgumentException">A setting is one that the cluster makes itself.</exception>
    public static async Task<KafkaActorsCluster> StartAsync(
        int nodes = 3, KafkaActorsClusterOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, 1);
        _ = AbandonedDirectories.Delete();
        var cluster = new KafkaActorsCluster(nodes, options ?? new KafkaActorsClusterOptions());
        try
        {
            await cluster.StartNodesAsync(cancellation).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Creates a topic, spread over the nodes, and returns once each of its partitions takes and gives records.
    /// </summary>
    /// <inheritdoc cref="KafkaActorsBroker.CreateTopicAsync"/>
    public Task CreateTopicAsync(
        string name,
        int? partitions = null,
        IReadOnlyDictionary<string, string>? configs = null,
        CancellationToken cancellation = default) =>
        Anyone.Admin.CreateAsync(name, partitions, configs, cancellation);

    /// <inheritdoc cref="KafkaActorsBroker.DeleteTopicAsync"/>
    public Task DeleteTopicAsync(string name, CancellationToken cancellation = default) =>
        Anyone.Admin.DeleteAsync(name, cancellation);

    /// <summary>The node that has the controller, as a node that runs knows it; null while it knows of none.</summary>
    /// <exception cref="InvalidOperationException">No node runs.</exception>
    public async Task<KafkaActorsClusterNode?> ControllerAsync(CancellationToken cancellation = default)
    {
        ClusterDescription described = await Anyone.Admin
            .DescribeAsync([], cancellationToken: cancellation).ConfigureAwait(false);
        return described.Controller == NodeId.None ? null : this[described.Controller.Value];
    }

    /// <summary>
    /// Cuts the link between two nodes: no byte gets from one to the other, neither way, while each goes on with the
    /// others and with its clients. As where a network loses every packet nothing is refused and no connection is
    /// closed; what was sent comes once the link is mended.
    /// </summary>
    public void Cut(int one, int other)
    {
        CutOneWay(one, other);
        CutOneWay(other, one);
    }

    /// <summary>Cuts one direction of a link: what the one sends does not get to the other.</summary>
    /// <inheritdoc cref="Cut"/>
    public void CutOneWay(int from, int to) => _plan.Links.Cut(this[from].Id, this[to].Id);

    /// <summary>Cuts a node off from all others; clients still reach it.</summary>
    public void Isolate(int node)
    {
        foreach (KafkaActorsClusterNode other in Nodes.Where(other => other.Id != node)) Cut(node, other.Id);
    }

    /// <summary>Mends both directions of a link.</summary>
    public void Mend(int one, int other)
    {
        _plan.Links.Mend(this[one].Id, this[other].Id);
        _plan.Links.Mend(other, one);
    }

    /// <summary>Mends every link.</summary>
    public void MendAll() => _plan.Links.MendAll();

    /// <summary>Ends every node and deletes the data. Once is enough; later calls do nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        // None gets to notice the end of another.
        await Task.WhenAll(Nodes.Select(node => node.RemoveAsync())).ConfigureAwait(false);
        _plan.Dispose();
    }

    private KafkaActorsClusterNode Anyone => Nodes.FirstOrDefault(node => node is { IsRunning: true, IsPaused: false })
        ?? throw new InvalidOperationException("No node of the cluster is running.");

    private async Task StartNodesAsync(CancellationToken cancellation)
    {
        await Task.WhenAll(Nodes.Select(node => node.RestartAsync(cancellation))).ConfigureAwait(false);
        long began = Stopwatch.GetTimestamp();
        foreach (KafkaActorsClusterNode node in Nodes)
        {
            while (!await KnowsAllAsync(node, cancellation).ConfigureAwait(false))
            {
                if (Stopwatch.GetElapsedTime(began) > MeetingLimit)
                    throw new NodeStartException($"node {node.Id} does not know of every other node after 30 s");
                await Task.Delay(MeetingPause, TimeProvider.System, cancellation).ConfigureAwait(false);
            }
        }
    }

    private async Task<bool> KnowsAllAsync(KafkaActorsClusterNode node, CancellationToken cancellation)
    {
        ClusterDescription described = await node.Admin
            .DescribeAsync([], cancellationToken: cancellation).ConfigureAwait(false);
        return described.Brokers.Count == Nodes.Count;
    }
}
