using System.Diagnostics;
using System.Globalization;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.Histories;

/// <summary>
/// A cluster that is watched and used while something is done to it, and judged afterwards: it is whole again, what was
/// acknowledged is there, no epoch went back, and of those to whom nothing was done no process has ended.
/// </summary>
internal sealed class ClusterTrial : IAsyncDisposable
{
    private const int Enough = 5;

    private static int _trials;

    private readonly ClusterHistory _history;
    private readonly Dictionary<int, int> _ends;
    private readonly List<AcknowledgedRecords> _records = [];

    private ClusterTrial(ClusterOfProcesses cluster)
    {
        Cluster = cluster;
        _history = new ClusterHistory(cluster);
        _ends = cluster.Nodes.ToDictionary(node => node.Id, node => node.Ends.Count);
    }

    public ClusterOfProcesses Cluster { get; }

    public MetadataChanges Changes { get; private set; } = null!;

    /// <summary>Starts to watch and to use a cluster that is whole.</summary>
    public static async Task<ClusterTrial> StartAsync(ClusterOfProcesses cluster)
    {
        ClusterTrial trial = new(cluster);
        string prefix = string.Create(CultureInfo.InvariantCulture, $"trial-{Interlocked.Increment(ref _trials)}");
        try
        {
            trial.Changes = await MetadataChanges.StartAsync(cluster, prefix);
            foreach (ClusterNode node in cluster.Brokers)
                trial._records.Add(await AcknowledgedRecords.StartAsync(node, prefix));
            await trial.ServesAsync("before anything is done");
            return trial;
        }
        catch
        {
            await trial.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Returns once changes are acknowledged, and records by each of these brokers; tells how long it took.
    /// </summary>
    /// <param name="brokers">None: all of them.</param>
    public async Task ServesAsync(string when, params IReadOnlyList<int> brokers)
    {
        long began = Stopwatch.GetTimestamp();
        await Changes.MoreAsync(Enough, when);
        foreach (AcknowledgedRecords records in _records.Where(one => brokers.Count == 0 || brokers.Contains(one.Node)))
            await records.MoreAsync(Enough, when);
        double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        await TestContext.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{when}: {seconds:F1} s"));
    }

    /// <summary>Waits until the cluster is whole and serves, and judges it.</summary>
    /// <param name="mayEnd">Nodes whose processes may have ended by themselves: the cluster had removed them.</param>
    /// <param name="wiped">Brokers whose records are gone.</param>
    public async Task HoldsAsync(IReadOnlyList<int>? mayEnd = null, IReadOnlyList<int>? wiped = null)
    {
        await Cluster.WholeAsync();
        await ServesAsync("whole again");
        await Changes.StopAsync();
        foreach (AcknowledgedRecords records in _records) await records.StopAsync();
        await Changes.AssertKeptAsync();
        foreach (AcknowledgedRecords records in _records.Where(one => wiped?.Contains(one.Node) is not true))
            await records.AssertKeptAsync();
        MetadataLogs.AssertAgree(Cluster);
        Assert.That(_history.Faults, Is.Empty);
        Assert.That(_history.Looks, Is.Positive);
        Assert.That(_history.QuorumLooks, Is.Positive);
        foreach (ClusterNode node in Cluster.Nodes.Where(node => mayEnd?.Contains(node.Id) is not true))
            Assert.That(node.Ends.Skip(_ends[node.Id]), Is.Empty, $"node {node.Id} ended though nobody ended it");
        await TestContext.Out.WriteLineAsync(
            $"{Changes.Acknowledged} changes, {_records.Sum(one => one.Acknowledged)} records, {_history.Looks} looks");
    }

    public async ValueTask DisposeAsync()
    {
        if (Changes is not null) await Changes.DisposeAsync();
        foreach (AcknowledgedRecords records in _records) await records.DisposeAsync();
        await _history.DisposeAsync();
    }
}
