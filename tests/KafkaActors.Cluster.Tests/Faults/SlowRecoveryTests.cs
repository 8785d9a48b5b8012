using KafkaActors.Cluster.Tests.Load;
using KafkaActors.Protocol;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Faults;

/// <summary>
/// A start whose recovery takes far longer than the controller waits for its voters: both recovery threads read from a
/// slow disk all the while, the only voter goes on beside them, and the start says how far it is.
/// </summary>
[Category("Cluster")]
public sealed class SlowRecoveryTests
{
    private const int Records = 2_000;
    private const int ValueBytes = 1_000;

    private static readonly TopicPartition[] Partitions = [new("slow-a", 0), new("slow-b", 0)];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Test]
    public async Task A_node_with_much_to_recover_starts_and_says_how_far_it_is()
    {
        using TempDirectory directory = new();
        List<AcknowledgedLoad> loads = [];
        await using (NodeProcess node = await NodeProcess.StartAsync(directory.Path))
        {
            foreach (TopicPartition partition in Partitions) loads.Add(await WriteAsync(node, partition));
            await node.Process.KillAsync();
        }

        await using NodeProcess again = await NodeProcess.StartAsync(new NodeLaunch
        {
            DataDirectory = directory.Path,
            // Each partition has 16 reads of 128 KiB.
            Faults = ["slow read /slow- 250"],
            Settings = ["controller.quorum.loss.timeout.ms=1000"],
        });
        Assert.That(again.Process.ErrorLines, Has.Some.Contains("Recovering for").And.Some.Contains(" MB checked"));
        await again.Process.StandardInput.WriteLineAsync("heal");
        await again.Process.StandardInput.FlushAsync();
        foreach ((TopicPartition partition, AcknowledgedLoad load) in Partitions.Zip(loads))
            Acknowledgements.AssertKept(load, await PartitionReader.ReadAll(again.Bootstrap, partition));
    }

    private static async Task<AcknowledgedLoad> WriteAsync(NodeProcess node, TopicPartition partition)
    {
        await using AcknowledgedLoad load = await AcknowledgedLoad.StartAsync(
            node.Bootstrap, new AcknowledgedLoadSettings(partition) { ValueBytes = ValueBytes });
        await Eventually.True(
            () => load.Acknowledged >= Records || load.Failure is not null, $"load of {partition}", Patience);
        await load.StopAsync();
        Assert.That(load.Failure, Is.Null);
        return load;
    }
}
