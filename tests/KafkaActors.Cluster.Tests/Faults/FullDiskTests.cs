using KafkaActors.Cluster.Tests.Load;
using KafkaActors.Protocol;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Faults;

[Category("Cluster")]
[Platform("Linux")]
public sealed class FullDiskTests
{
    private const int DiskMegabytes = 64;
    private const int BallastMegabytes = 48;

    private static readonly TopicPartition Partition = new("full", 0);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    [Test]
    public async Task A_full_disk_is_told_to_the_producer_loses_nothing_and_is_recovered_from()
    {
        await using SmallFileSystem? disk = await SmallFileSystem.TryMount(DiskMegabytes);
        if (disk is null) SmallFileSystem.SkipOrFail();
        await disk!.TakeAway(BallastMegabytes);
        NodeLaunch launch = new() { DataDirectory = $"{disk.Path}/data", Under = disk.Under };
        await using AcknowledgedLoad load = await FillUp(launch);
        Assert.That(load.Failure!.Message, Does.Contain("is full"));
        Assert.That(load.Acknowledged, Is.GreaterThan(0));
        await disk.GiveBack();

        await using NodeProcess again = await NodeProcess.StartAsync(launch);
        Acknowledgements.AssertKept(load, await PartitionReader.ReadAll(again.Bootstrap, Partition));
        await using AcknowledgedLoad further = await AcknowledgedLoad.StartAsync(again.Bootstrap, Partition);
        await Eventually.True(() => further.Acknowledged > 100 || further.Failure is not null, "it serves", Timeout);
        await further.StopAsync();
        Assert.That(further.Failure, Is.Null);
    }

    /// <summary>Writes until the disk is full and the producer was told so; then the node is ended.</summary>
    private static async Task<AcknowledgedLoad> FillUp(NodeLaunch launch)
    {
        await using NodeProcess node = await NodeProcess.StartAsync(launch);
        AcknowledgedLoad load = await AcknowledgedLoad.StartAsync(
            node.Bootstrap,
            new AcknowledgedLoadSettings(Partition) { ValueBytes = 1_000, DeliveryTimeout = TimeSpan.FromSeconds(20) });
        await Eventually.True(() => load.Failure is not null, "the producer is told", Timeout);
        await load.StopAsync();
        node.Process.Terminate();
        await node.Process.WaitForExitAsync(Timeout);
        return load;
    }
}
