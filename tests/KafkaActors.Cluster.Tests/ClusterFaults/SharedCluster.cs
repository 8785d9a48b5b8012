using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>
/// One cluster of three for the faults that leave it whole: it is started by the first test that asks for it. Snapshots
/// are written all the time.
/// </summary>
[SetUpFixture]
public sealed class SharedCluster
{
    private static readonly ClusterLayout Layout = new()
    {
        Network = new LoopbackNetwork(), Settings = ["metadata.log.max.entries.between.snapshots=20"],
    };

    private static ClusterOfProcesses? _cluster;

    /// <summary>The cluster, whole.</summary>
    internal static async Task<ClusterOfProcesses> WholeAsync()
    {
        if (_cluster is null) _cluster = await ClusterOfProcesses.StartAsync(Layout);
        else await _cluster.WholeAsync();
        return _cluster;
    }

    [OneTimeTearDown]
    public async Task EndCluster()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
    }
}
