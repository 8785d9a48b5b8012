namespace KafkaActors.TestKit.Clusters;

/// <summary>
/// Real <c>kafka-actors node</c> processes that form one cluster, each with its own address and data directory. Owned
/// by the test that started it; all processes are gone once it is disposed.
/// </summary>
public sealed class ClusterOfProcesses : IAsyncDisposable
{
    private static readonly TimeSpan WholeTimeout = TimeSpan.FromSeconds(120);

    private readonly TempDirectory _data = new();
    private readonly SortedDictionary<int, ClusterNode> _nodes = [];
    private readonly NodeEyes _eyes = new();

    public ClusterOfProcesses(ClusterLayout layout)
    {
        Layout = layout;
        foreach (int id in layout.Nodes)
        {
            string directory = _data.Combine($"node-{id}");
            Directory.CreateDirectory(directory);
            _nodes[id] = new ClusterNode(
                id, layout.KafkaAddressOf(id), directory, () => Layout.LaunchOf(id, directory));
        }
    }

    /// <summary>What the next start of a node goes by.</summary>
    public ClusterLayout Layout { get; set; }

    public ClusterNode this[int id] => _nodes[id];

    public IEnumerable<ClusterNode> Nodes => _nodes.Values;

    /// <summary>Those that clients speak to.</summary>
    public IEnumerable<ClusterNode> Brokers => Nodes.Where(node => Layout.IsBroker(node.Id));

    /// <summary>The node that runs for the longest time, which is the oldest member.</summary>
    public ClusterNode Oldest => Nodes.Where(node => node.IsRunning).MinBy(node => node.StartedAt)!;

    /// <summary>The ids of all brokers but one.</summary>
    public int[] Except(int node) => [.. Brokers.Select(broker => broker.Id).Where(id => id != node)];

    /// <summary>Starts three nodes, or what the layout says, all at once, and returns once they are whole.</summary>
    public static async Task<ClusterOfProcesses> StartAsync(ClusterLayout? layout = null)
    {
        ClusterOfProcesses cluster = new(layout ?? new ClusterLayout { Network = new LoopbackNetwork() });
        try
        {
            foreach (int id in cluster.Layout.Nodes) cluster[id].Start();
            await cluster.WholeAsync().ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What a node says of the cluster now; null when it does not answer.</summary>
    public Task<NodeView?> SeenByAsync(int node) => _eyes.LookAsync(_nodes[node].KafkaAddress);

    /// <summary>
    /// Returns once every node runs and is ready, and every broker sees every broker in service and every partition
    /// led, all under the same controller.
    /// </summary>
    public Task WholeAsync(TimeSpan? timeout = null) =>
        AgreeAsync([.. Nodes.Select(node => node.Id)], timeout ?? WholeTimeout);

    /// <summary>
    /// Returns once these nodes serve as a cluster: each of them is ready and sees exactly their brokers in service,
    /// under one controller that is among them. What the others led has no leader, unless it moved.
    /// </summary>
    public async Task AgreeAsync(IReadOnlyCollection<int> nodes, TimeSpan? timeout = null)
    {
        string last = "";
        try
        {
            await Eventually.True(
                async () => (last = await WhatIsMissingAsync(nodes).ConfigureAwait(false)).Length == 0,
                $"nodes {string.Join(", ", nodes)} serve as one",
                timeout ?? WholeTimeout).ConfigureAwait(false);
        }
        catch (NUnit.Framework.AssertionException late)
        {
            throw new NUnit.Framework.AssertionException($"{late.Message}; at last: {last}\n{Describe()}");
        }
    }

    /// <summary>The node that serves as controller, as the brokers in service say.</summary>
    public async Task<int> ControllerAsync()
    {
        int controller = -1;
        await Eventually.True(
            async () => (controller = await AgreedControllerAsync().ConfigureAwait(false)) >= 0,
            "the brokers name one controller",
            WholeTimeout).ConfigureAwait(false);
        return controller;
    }

    public string Describe() => string.Join('\n', Nodes.Select(node => node.Describe()));

    public async ValueTask DisposeAsync()
    {
        _eyes.Dispose();
        await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask())).ConfigureAwait(false);
        _data.Dispose();
    }

    private async Task<int> AgreedControllerAsync()
    {
        NodeView?[] views = await Task.WhenAll(Brokers.Where(node => node.IsReady)
            .Select(node => SeenByAsync(node.Id))).ConfigureAwait(false);
        int[] named = [.. views.OfType<NodeView>().Select(view => view.Controller).Distinct()];
        return named.Length == 1 ? named[0] : -1;
    }

    private async Task<string> WhatIsMissingAsync(IReadOnlyCollection<int> nodes)
    {
        if (nodes.FirstOrDefault(id => !_nodes[id].IsReady) is > 0 and var absent) return $"node {absent} is not ready";
        int[] brokers = [.. nodes.Where(Layout.IsBroker).Order()];
        NodeView?[] views = await Task.WhenAll(brokers.Select(SeenByAsync)).ConfigureAwait(false);
        for (int i = 0; i < brokers.Length; i++)
        {
            if (views[i] is not { } view) return $"node {brokers[i]} does not answer";
            if (!view.Brokers.SequenceEqual(brokers))
                return $"node {brokers[i]} sees brokers {string.Join(", ", view.Brokers)}";
            if (nodes.Count == _nodes.Count && view.Leaderless is { } partition)
                return $"node {brokers[i]} sees no leader of {partition}";
            if (view.Controller != views[0]!.Controller)
                return $"controller {views[0]!.Controller} at node {brokers[0]}, {view.Controller} at {brokers[i]}";
        }

        return "";
    }
}
