using KafkaActors.Cluster.Tests.Histories;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.ClusterFaults;

/// <summary>
/// The metadata log of one voter of three is damaged while its node is away, or its node dies as it writes a snapshot.
/// </summary>
[Category("Cluster")]
[Platform("Linux")]
[NonParallelizable]
public sealed class DamagedMetadataTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private ClusterOfProcesses _cluster = null!;

    [SetUp]
    public async Task TakeCluster() => _cluster = await SharedCluster.WholeAsync();

    [Test]
    public Task A_voter_whose_metadata_log_was_cut_or_changed_is_refilled() => Rounds.EachAsync(async round =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        int controller = await _cluster.ControllerAsync();
        ClusterNode node = _cluster.Nodes.First(one => one.Id != controller);
        await node.KillAsync();
        Damage(MetadataFile(node, "metadata.log"), round);
        await trial.ServesAsync($"while node {node.Id} is away", _cluster.Except(node.Id));
        node.Start();
        await trial.HoldsAsync();
    });

    [Test]
    public Task The_controllers_node_is_killed_as_it_writes_a_snapshot() => Rounds.EachAsync(async _ =>
    {
        await using ClusterTrial trial = await ClusterTrial.StartAsync(_cluster);
        ClusterNode node = _cluster[await _cluster.ControllerAsync()];
        string snapshot = Path.Combine(Path.GetDirectoryName(MetadataFile(node, "metadata.log"))!, "metadata.snapshot");
        DateTime before = File.GetLastWriteTimeUtc(snapshot);
        await Eventually.True(() => File.GetLastWriteTimeUtc(snapshot) != before, "a snapshot is written", Limit);
        await node.KillAsync();
        await trial.ServesAsync($"without node {node.Id}", _cluster.Except(node.Id));
        node.Start();
        await trial.HoldsAsync();
    });

    private static string MetadataFile(ClusterNode node, string name) =>
        Directory.EnumerateFiles(node.DataDirectory, name, SearchOption.AllDirectories).Single();

    /// <summary>Cuts off the second half, or changes a byte in the middle.</summary>
    private static void Damage(string path, int round)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (round % 2 == 1)
        {
            bytes = bytes[..(bytes.Length / 2)];
        }
        else
        {
            bytes[bytes.Length / 2] ^= 0x10;
        }

        File.WriteAllBytes(path, bytes);
    }
}
