using System.Collections.Concurrent;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.Histories;

/// <summary>
/// Looks at every broker of a cluster again and again, whatever is done to it, and holds what each says against what
/// it said before: it is one cluster, epochs never fall, an epoch has one leader. It knows nothing of how the nodes
/// decide. What it finds is told by <see cref="Faults"/>; the views themselves are not kept.
/// </summary>
internal sealed class ClusterHistory : IAsyncDisposable
{
    private const int MaxFaults = 50;

    private static readonly TimeSpan QuorumInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ClusterOfProcesses _cluster;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _faults = [];
    private readonly ConcurrentDictionary<(TopicId Topic, int Partition, int Epoch), int> _leaders = [];
    private readonly ConcurrentDictionary<int, int> _controllers = [];
    private readonly Task[] _watches;
    private string? _clusterId;
    private int _looks;
    private int _quorumLooks;

    public ClusterHistory(ClusterOfProcesses cluster)
    {
        _cluster = cluster;
        _watches =
        [
            .. cluster.Brokers.Select(node => Task.Run(() => WatchAsync(node.Id))),
            .. cluster.Brokers.Select(node => Task.Run(() => WatchQuorumAsync(node))),
        ];
    }

    /// <summary>What broke a rule; empty in a sound history.</summary>
    public IReadOnlyList<string> Faults => [.. _faults];

    /// <summary>How many answers were judged: a history without any proves nothing.</summary>
    public int Looks => Volatile.Read(ref _looks);

    /// <summary>The same, of answers that name the controller and its epoch.</summary>
    public int QuorumLooks => Volatile.Read(ref _quorumLooks);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_watches);
        _stop.Dispose();
    }

    private async Task WatchAsync(int node)
    {
        Dictionary<(TopicId, int), int> epochs = [];
        using PeriodicTimer timer = new(Interval);
        while (!_stop.IsCancellationRequested)
        {
            if (await _cluster.SeenByAsync(node) is { } view)
            {
                Interlocked.Increment(ref _looks);
                JudgeCluster(node, view);
                JudgePartitions(node, view, epochs);
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private void JudgeCluster(int node, NodeView view)
    {
        string? known = Interlocked.CompareExchange(ref _clusterId, view.ClusterId, null) ?? view.ClusterId;
        if (view.ClusterId != known) Tell($"node {node} is of cluster {view.ClusterId}, the others of {known}");
    }

    private void JudgePartitions(int node, NodeView view, Dictionary<(TopicId, int), int> epochs)
    {
        foreach ((string name, TopicView topic) in view.Topics)
        {
            foreach (PartitionView partition in topic.Partitions)
            {
                if (epochs.TryGetValue((topic.Id, partition.Index), out int before) && partition.LeaderEpoch < before)
                    Tell($"node {node}: leader epoch of {name}-{partition.Index}: {before}, {partition.LeaderEpoch}");
                epochs[(topic.Id, partition.Index)] = partition.LeaderEpoch;
                if (partition.Leader < 0) continue;
                int leader = _leaders.GetOrAdd((topic.Id, partition.Index, partition.LeaderEpoch), partition.Leader);
                if (leader != partition.Leader)
                {
                    Tell($"{name}-{partition.Index} is led by {leader} and by {partition.Leader} "
                        + $"in epoch {partition.LeaderEpoch}");
                }
            }
        }
    }

    /// <summary>What the node says of the metadata quorum, which it asks the controller for.</summary>
    private async Task WatchQuorumAsync(ClusterNode node)
    {
        DescribeQuorumRequest request = new()
        {
            Topics = [new() { TopicName = "__cluster_metadata", Partitions = [new() { PartitionIndex = 0 }] }],
        };
        int before = -1;
        using PeriodicTimer timer = new(QuorumInterval);
        while (!_stop.IsCancellationRequested)
        {
            var answer = await NodeCall.TryAsync<DescribeQuorumResponse>(node.KafkaAddress, request, Patience);
            if (answer is { Topics: [{ Partitions: [{ ErrorCode: ErrorCode.None } quorum] }] })
                before = JudgeController(node.Id, quorum.LeaderId.Value, quorum.LeaderEpoch, before);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private int JudgeController(int node, int leader, int epoch, int before)
    {
        Interlocked.Increment(ref _quorumLooks);
        if (epoch < before) Tell($"node {node}: controller epoch: {before}, {epoch}");
        if (leader >= 0 && _controllers.GetOrAdd(epoch, leader) is var known && known != leader)
            Tell($"{known} and {leader} are the controller of epoch {epoch}");
        return epoch;
    }

    private void Tell(string fault)
    {
        if (_faults.Count < MaxFaults) _faults.Enqueue(fault);
    }
}
