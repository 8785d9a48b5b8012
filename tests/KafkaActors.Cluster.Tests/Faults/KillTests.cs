using System.Globalization;
using KafkaActors.Cluster.Tests.Load;
using KafkaActors.Protocol;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Faults;

/// <summary>
/// A node is killed with <c>kill -9</c> again and again while a producer writes to it. Two times a test, or as often as
/// the environment variable <c>KAFKA_ACTORS_KILLS</c> says; <c>KAFKA_ACTORS_KILLS_SEED</c> says when.
/// </summary>
[Category("Cluster")]
public sealed class KillTests
{
    private const int AcknowledgedBetweenKills = 5_000;
    private const string OperatingSystem = "operating-system";
    private const string GroupCommit = "group-commit";

    private static readonly TopicPartition Partition = new("killed", 0);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    /// <summary>A partition whose sync failed takes nothing more, so the load stands still before that long.</summary>
    private static readonly TimeSpan StandStill = TimeSpan.FromSeconds(2);

    private static int Kills => Number("KAFKA_ACTORS_KILLS", 2);

    private static int Seed => Number("KAFKA_ACTORS_KILLS_SEED", 90_210);

    [TestCase(OperatingSystem, true)]
    [TestCase(OperatingSystem, false)]
    [TestCase(GroupCommit, true)]
    [TestCase(GroupCommit, false)]
    public Task Every_acknowledged_record_is_there_once_and_in_order_after_each_kill(
        string flushPolicy, bool isIdempotent) => KillAgainAndAgain(flushPolicy, isIdempotent, faults: null);

    [TestCase(true)]
    [TestCase(false)]
    public Task What_was_acknowledged_over_a_disk_that_fails_one_sync_in_twenty_is_there(bool isIdempotent) =>
        KillAgainAndAgain(GroupCommit, isIdempotent, [$"fail sync {Partition.Topic}-{Partition.Partition} 20"]);

    private static async Task KillAgainAndAgain(string flushPolicy, bool isIdempotent, IReadOnlyList<string>? faults)
    {
        await TestContext.Out.WriteLineAsync($"seed {Seed}");
        using TempDirectory directory = new();
        NodeLaunch launch = new()
        {
            DataDirectory = directory.Path,
            // Small segments, so that kills also meet rolls.
            Settings = ["kafka-actors.log.segment.bytes=1048576"],
            Faults = faults,
        };
        NodeProcess node = await NodeProcess.StartAsync(launch);
        try
        {
            launch = launch with { AkkaPort = node.AkkaPort };
            await using AcknowledgedLoad load = await AcknowledgedLoad.StartAsync(
                node.Bootstrap,
                new AcknowledgedLoadSettings(Partition)
                {
                    IsIdempotent = isIdempotent,
                    TopicConfigs = new Dictionary<string, string> { ["flush.policy"] = flushPolicy },
                });
            Random random = new(Seed);
            for (int kill = 1; kill <= Kills; kill++)
            {
                await AwaitProgress(load, random.Next(AcknowledgedBetweenKills), mayStandStill: faults is not null);
                await node.Process.KillAsync();
                await node.DisposeAsync();
                // A partition whose sync failed serves again after a start only: the last one is over a sound disk.
                node = await NodeProcess.StartAsync(launch with { Faults = kill < Kills ? faults : null });
            }

            await load.StopAsync();
            Assert.That(load.Failure, Is.Null);
            Acknowledgements.AssertKept(load, await PartitionReader.ReadAll(node.Bootstrap, Partition));
            await TestContext.Out.WriteLineAsync($"{Kills} kills, {load.Acknowledged} records acknowledged");
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    private static async Task AwaitProgress(AcknowledgedLoad load, int records, bool mayStandStill)
    {
        int enough = load.Acknowledged + records;
        (int last, long since) = (load.Acknowledged, TimeProvider.System.GetTimestamp());
        await Eventually.True(
            () =>
            {
                if (load.Acknowledged > enough || load.Failure is not null) return true;
                if (load.Acknowledged != last) (last, since) = (load.Acknowledged, TimeProvider.System.GetTimestamp());
                return mayStandStill && TimeProvider.System.GetElapsedTime(since) > StandStill;
            },
            $"{records} more records acknowledged",
            Timeout);
    }

    private static int Number(string variable, int otherwise) => int.Parse(
        Environment.GetEnvironmentVariable(variable) ?? $"{otherwise}", CultureInfo.InvariantCulture);
}
