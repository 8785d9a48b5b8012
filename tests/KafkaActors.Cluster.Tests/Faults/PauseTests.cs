using System.Diagnostics;
using KafkaActors.Cluster.Tests.Load;
using KafkaActors.Protocol;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Faults;

/// <summary>
/// A node that stands still for a while, as on a laptop that slept, goes on where it was: it misses nobody whom it
/// could not hear. Pauses of 2 and 6 s, and of 60 s too where <c>KAFKA_ACTORS_LONG_PAUSES</c> is set.
/// </summary>
[Category("Cluster")]
[Platform(Exclude = "Win")]
public sealed class PauseTests
{
    private static readonly TopicPartition Partition = new("paused", 0);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    private static IEnumerable<TimeSpan> Pauses
    {
        get
        {
            yield return TimeSpan.FromSeconds(2);
            yield return TimeSpan.FromSeconds(6);
            if (Environment.GetEnvironmentVariable("KAFKA_ACTORS_LONG_PAUSES") is { Length: > 0 })
                yield return TimeSpan.FromSeconds(60);
        }
    }

    [Test]
    public async Task An_idle_node_goes_on_after_each_pause()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Path);
        foreach (TimeSpan pause in Pauses)
        {
            await PauseAsync(node, pause);
            await using AcknowledgedLoad load = await AcknowledgedLoad.StartAsync(
                node.Bootstrap, new TopicPartition($"after-{pause.TotalSeconds}", 0));
            await Eventually.True(() => load.Acknowledged > 0, $"a topic and a record after {pause}", Timeout);
            await load.StopAsync();
            Assert.That(load.Failure, Is.Null);
        }

        Assert.That(node.Process.HasExited, Is.False, node.Process.Describe());
        Assert.That(node.Process.ErrorLines, Has.None.Contains("cannot go on"));
    }

    [Test]
    public async Task A_node_under_load_loses_nothing_by_each_pause()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Path);
        await using AcknowledgedLoad load = await AcknowledgedLoad.StartAsync(node.Bootstrap, Partition);
        foreach (TimeSpan pause in Pauses)
        {
            await AcknowledgeMore(load, $"load before {pause}");
            await PauseAsync(node, pause);
            await AcknowledgeMore(load, $"load after {pause}");
        }

        await load.StopAsync();
        Assert.That(load.Failure, Is.Null, node.Process.Describe());
        Assert.That(node.Process.HasExited, Is.False, node.Process.Describe());
        Acknowledgements.AssertKept(load, await PartitionReader.ReadAll(node.Bootstrap, Partition));
    }

    private static Task AcknowledgeMore(AcknowledgedLoad load, string what)
    {
        int enough = load.Acknowledged + 1_000;
        return Eventually.True(() => load.Acknowledged > enough || load.Failure is not null, what, Timeout);
    }

    private static async Task PauseAsync(NodeProcess node, TimeSpan pause)
    {
        node.Process.Pause();
        long began = Stopwatch.GetTimestamp();
        await Eventually.True(() => Stopwatch.GetElapsedTime(began) >= pause, "the pause is over", pause * 2);
        node.Process.Resume();
    }
}
