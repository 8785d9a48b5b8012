using KafkaActors.Cluster.Tests.Load;
using KafkaActors.Cluster.Tests.Machine;
using KafkaActors.Protocol;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Faults;

/// <summary>
/// What the kernel answers to fsync, on a real node: strace puts EIO in the place of the answer, for one file. A
/// replaced library call would not be enough, because the runtime binds its own.
/// </summary>
[Category("Cluster")]
[Platform("Linux")]
public sealed class FailedSyncTests
{
    private static readonly TopicPartition Partition = new("synced", 0);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Nothing_is_acknowledged_over_a_failed_fsync_and_the_partition_goes_offline_with_a_line()
    {
        using TempDirectory directory = new();
        NodeLaunch launch = new()
        {
            DataDirectory = directory.Path, Settings = ["kafka-actors.log.flush.policy=group-commit"],
        };
        string segment = Path.Combine(directory.Path, Partition.ToString(), "00000000000000000000.log");
        await using NodeProcess node = await NodeProcess.StartAsync(launch);
        await using AcknowledgedLoad load = await AcknowledgedLoad.StartAsync(
            node.Bootstrap, new AcknowledgedLoadSettings(Partition) { DeliveryTimeout = TimeSpan.FromSeconds(10) });
        await Eventually.True(() => load.Acknowledged > 100, "it serves", Timeout);

        // The third fsync of the thread that commits, and each seventh after it: a node that tried again would pass.
        await using ExternalProcess strace = await FailSyncsOf(segment, node, "when=3+7");
        await Eventually.True(() => load.Failure is not null, "the producer is told", Timeout);
        Assert.That(load.Failure!.Message, Does.Contain(nameof(ErrorCode.KafkaStorageError)));
        Assert.That(
            node.Process.ErrorLines,
            Has.Some.Contains($"{Partition} is offline")
                .And.Contains($"fsync of {segment} failed: Input/output error"));
        await node.Process.KillAsync();

        await using NodeProcess again = await NodeProcess.StartAsync(launch);
        Acknowledgements.AssertKept(load, await PartitionReader.ReadAll(again.Bootstrap, Partition));
    }

    [Test]
    public async Task A_marker_of_a_clean_stop_that_cannot_be_synced_is_told_and_not_left()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Path);
        string marker = Path.Combine(directory.Path, ".kafka_cleanshutdown");
        await using ExternalProcess strace = await FailSyncsOf($"{marker}.tmp", node, "when=1+");
        node.Process.Terminate();
        await node.Process.WaitForExitAsync(Timeout);
        string said = $"{directory.Path}: the directory could not be closed in order: "
            + $"fsync of {marker}.tmp failed: Input/output error; it counts as not closed";
        Assert.That(node.Process.ErrorLines, Has.Some.StartsWith(said));
        Assert.That(File.Exists(marker), Is.False);
    }

    private static async Task<ExternalProcess> FailSyncsOf(string path, NodeProcess node, string when)
    {
        string pid = $"{node.Process.Id}";
        ExternalProcess? strace = null;
        try
        {
            strace = ExternalProcess.Start(
                "strace", ["-f", "-P", path, "-e", $"inject=fsync,fdatasync:error=EIO:{when}", "-p", pid]);
            bool IsAttached() => strace.ErrorLines.Any(line => line.Contains("attached"));
            await Eventually.True(() => strace.HasExited || IsAttached(), "strace attaches", Timeout);
            if (!strace.HasExited) return strace;
            MachineNeeds.SkipOrFail("strace", $"strace that can attach to a process: {strace.Describe()}");
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            MachineNeeds.SkipOrFail("strace", $"strace: {absent.Message}");
        }

        throw new InvalidOperationException("unreachable: the test was skipped or has failed");
    }
}
