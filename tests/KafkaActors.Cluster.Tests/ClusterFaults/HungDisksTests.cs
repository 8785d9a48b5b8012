using KafkaActors.Cluster.Tests.Histories;
using KafkaActors.Cluster.Tests.Machine;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>
/// The metadata directory of a node of three hangs without an error, or is full, while the cluster is used. Partitions
/// are on another disk. In the ordinary run it hangs until the others serve without it, in a campaign for 60 s.
/// </summary>
[Category("Cluster")]
[Category("NeedsRoot")]
[Platform("Linux")]
[NonParallelizable]
public sealed class HungDisksTests
{
    private const int Megabytes = 64;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    private readonly Dictionary<int, LoopMount> _disks = [];
    private ClusterOfProcesses _cluster = null!;

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        foreach (int node in new[] { 1, 2, 3 }) _disks[node] = await LoopMount.CreateAsync(Megabytes);
        _cluster = await ClusterOfProcesses.StartAsync(new ClusterLayout
        {
            Network = new LoopbackNetwork(),
            MetadataDirectoryOf = node => _disks[node].Path,
        });
    }

    [OneTimeTearDown]
    public async Task EndCluster()
    {
        foreach (LoopMount disk in _disks.Values) await disk.ThawAsync();
        if (_cluster is not null) await _cluster.DisposeAsync();
        foreach (LoopMount disk in _disks.Values) await disk.DisposeAsync();
    }

    [Test]
    public Task The_controllers_metadata_disk_hangs_and_another_takes_over() => Rounds.EachAsync(async _ =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        int hung = await _cluster.ControllerAsync();
        int[] others = _cluster.Except(hung);
        await _disks[hung].FreezeAsync();
        try
        {
            await trial.ServesAsync($"while the disk of node {hung} hangs", others);
            if (Rounds.IsCampaign) await Elapsed.Of(Hang);
        }
        finally
        {
            await _disks[hung].ThawAsync();
        }

        await trial.HoldsAsync(mayEnd: [hung]);
    });

    [Test]
    public Task The_controllers_metadata_disk_is_full_and_the_cluster_serves_on() => Rounds.EachAsync(async _ =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        int full = await _cluster.ControllerAsync();
        int[] others = _cluster.Except(full);
        await _disks[full].FillAsync();
        await trial.ServesAsync($"while the disk of node {full} is full but for its reserve", others);
        // The node has given its reserve up.
        await _disks[full].FillAsync();
        await trial.ServesAsync($"while the disk of node {full} is full", others);
        _disks[full].GiveBack();
        await trial.HoldsAsync(mayEnd: [full]);
    });
}
