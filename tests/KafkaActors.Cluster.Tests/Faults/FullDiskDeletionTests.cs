using KafkaActors.Cluster.Tests.Load;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Faults;

/// <summary>A disk that two topics have filled: deleting one of them makes room, with a restart and without.</summary>
[Category("Cluster")]
[Platform("Linux")]
public sealed class FullDiskDeletionTests
{
    private const int DiskMegabytes = 60;
    private const int BallastMegabytes = 30;
    private const long MegaByte = 1024 * 1024;

    private static readonly TopicPartition First = new("first", 0);
    private static readonly TopicPartition Second = new("second", 0);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);

    [TestCase(false)]
    [TestCase(true)]
    public async Task Deleting_a_topic_on_a_full_disk_makes_room_for_the_others(bool isAlsoFilledByOthers)
    {
        await using SmallFileSystem? disk = await SmallFileSystem.TryMount(DiskMegabytes);
        if (disk is null) SmallFileSystem.SkipOrFail();
        await disk!.TakeAway(BallastMegabytes);
        NodeLaunch launch = new() { DataDirectory = $"{disk.Path}/data", Under = disk.Under };
        await using NodeProcess node = await NodeProcess.StartAsync(launch);
        await using AcknowledgedLoad first = await Load(node, First);
        await Eventually.True(() => first.Acknowledged > 8_000 || first.Failure is not null, "half is filled", Timeout);
        await first.StopAsync();
        await using AcknowledgedLoad second = await Load(node, Second);
        await Eventually.True(() => second.Failure is not null, "the producer is told", Timeout);
        await second.StopAsync();
        Assert.That(second.Failure!.Message, Does.Contain("is full"));
        if (isAlsoFilledByOthers) await disk.FillUp();

        using KafkaWireClient admin = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
        DeleteTopicsResponse deleted = await admin.AskAsync<DeleteTopicsResponse>(
            new DeleteTopicsRequest { TopicNames = [First.Topic], TimeoutMs = 30_000 }, version: 5);
        Assert.That(deleted.Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        await HasRoom(admin, 8 * MegaByte);
        await AssertServes(node);
        node.Process.Terminate();
        await node.Process.WaitForExitAsync(Timeout);

        await using NodeProcess again = await NodeProcess.StartAsync(launch);
        using KafkaWireClient asking = await KafkaWireClient.ConnectAsync(again.KafkaBootstrap!);
        DescribeLogDirsResponse.DescribeLogDirsResult described = await Described(asking);
        Assert.That(described.Topics.Select(topic => topic.Name), Does.Not.Contain(First.Topic));
        Assert.That(described.UsableBytes, Is.GreaterThan(8 * MegaByte));
        IReadOnlyList<(long Offset, byte[] Value)> kept = await PartitionReader.ReadAll(again.Bootstrap, Second);
        Assert.That(kept, Has.Count.GreaterThanOrEqualTo(second.Offsets.Count));
        Acknowledgements.AssertKept(second, [.. kept.Take(second.Offsets.Count)]);
    }

    [Test]
    public async Task A_node_that_was_stopped_with_a_full_disk_starts_and_deletes()
    {
        await using SmallFileSystem? disk = await SmallFileSystem.TryMount(DiskMegabytes);
        if (disk is null) SmallFileSystem.SkipOrFail();
        NodeLaunch launch = new() { DataDirectory = $"{disk!.Path}/data", Under = disk.Under };
        await using (NodeProcess node = await NodeProcess.StartAsync(launch))
        {
            await using AcknowledgedLoad first = await Load(node, First);
            await Eventually.True(() => first.Acknowledged > 5_000, "there is something", Timeout);
            await first.StopAsync();
            await disk.FillUp();
            node.Process.Terminate();
            Assert.That(await node.Process.WaitForExitAsync(Timeout), Is.Zero, node.Process.Describe());
        }

        await using NodeProcess again = await NodeProcess.StartAsync(launch);
        using KafkaWireClient admin = await KafkaWireClient.ConnectAsync(again.KafkaBootstrap!);
        DeleteTopicsResponse deleted = await admin.AskAsync<DeleteTopicsResponse>(
            new DeleteTopicsRequest { TopicNames = [First.Topic], TimeoutMs = 30_000 }, version: 5);
        Assert.That(deleted.Responses.Single().ErrorCode, Is.EqualTo(ErrorCode.None));
        await HasRoom(admin, 4 * MegaByte);
    }

    private static Task<AcknowledgedLoad> Load(NodeProcess node, TopicPartition partition) =>
        AcknowledgedLoad.StartAsync(
            node.Bootstrap,
            new AcknowledgedLoadSettings(partition) { ValueBytes = 1_000, DeliveryTimeout = TimeSpan.FromSeconds(3) });

    private static Task HasRoom(KafkaWireClient client, long bytes) => Eventually.True(
        async () => (await Described(client)).UsableBytes > bytes, "there is room", Timeout);

    private static async Task AssertServes(NodeProcess node)
    {
        await using AcknowledgedLoad further = await AcknowledgedLoad.StartAsync(node.Bootstrap, Second);
        await Eventually.True(() => further.Acknowledged > 100 || further.Failure is not null, "it serves", Timeout);
        await further.StopAsync();
        Assert.That(further.Failure, Is.Null);
    }

    private static async Task<DescribeLogDirsResponse.DescribeLogDirsResult> Described(KafkaWireClient client) =>
        (await client.AskAsync<DescribeLogDirsResponse>(new DescribeLogDirsRequest())).Results.Single();
}
