using System.Globalization;
using KafkaActors.Cluster.Tests.Load;
using KafkaActors.Protocol;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Faults;

/// <summary>
/// A node is killed with <c>kill -9</c> again and again while an idempotent producer writes to it. Ten times, or as
/// often as the environment variable <c>KAFKA_ACTORS_KILLS</c> says.
/// </summary>
[Category("Cluster")]
public sealed class KillTests
{
    private const int Seed = 90_210;
    private const int AcknowledgedBetweenKills = 5_000;

    private static readonly TopicPartition Partition = new("killed", 0);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    private static int Kills => int.Parse(
        Environment.GetEnvironmentVariable("KAFKA_ACTORS_KILLS") ?? "10", CultureInfo.InvariantCulture);

    [Test]
    public async Task Every_acknowledged_record_is_there_once_and_in_order_after_each_kill()
    {
        using TempDirectory directory = new();
        NodeLaunch launch = new()
        {
            DataDirectory = directory.Path,
            // Small segments, so that kills also meet rolls.
            Settings = ["kafka-actors.log.segment.bytes=1048576"],
        };
        NodeProcess node = await NodeProcess.StartAsync(launch);
        try
        {
            launch = launch with { AkkaPort = node.AkkaPort };
            await using AcknowledgedLoad load = await AcknowledgedLoad.StartAsync(node.Bootstrap, Partition);
            Random random = new(Seed);
            for (int kill = 1; kill <= Kills; kill++)
            {
                int enough = load.Acknowledged + random.Next(AcknowledgedBetweenKills);
                await Eventually.True(
                    () => load.Acknowledged > enough || load.Failure is not null, $"load before kill {kill}", Timeout);
                await node.Process.KillAsync();
                await node.DisposeAsync();
                node = await NodeProcess.StartAsync(launch);
            }

            await load.StopAsync();
            Assert.That(load.Failure, Is.Null);
            Acknowledgements.AssertKept(load, await PartitionReader.ReadAll(node.Bootstrap, Partition));
            await TestContext.Out.WriteLineAsync($"seed {Seed}, {Kills} kills, {load.Acknowledged} records");
        }
        finally
        {
            await node.DisposeAsync();
        }
    }
}
