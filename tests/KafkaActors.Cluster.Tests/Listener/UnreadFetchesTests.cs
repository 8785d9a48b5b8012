using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Listener;

/// <summary>Hundreds of clients that ask for all there is and read nothing of it.</summary>
[Category("Cluster")]
public sealed class UnreadFetchesTests
{
    private const int Readers = 300;
    private const int RequestsEach = 5;
    private const string Topic = "much";
    private const long MaxGrowthBytes = 250L * 1024 * 1024;

    private static readonly TimeSpan SoonEnough = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Fetches_that_are_not_read_hold_a_bounded_memory_and_hold_up_nobody()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Path);
        await using var steady = await SteadyClient.StartAsync(node.KafkaBootstrap!);
        TopicId id = await FillAsync(node);
        long before = node.Process.ResidentBytes;
        var readers = new List<KafkaWireClient>();
        for (int i = 0; i < Readers; i++)
        {
            KafkaWireClient reader = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
            for (int request = 0; request < RequestsEach; request++)
                await reader.SendAsync(SampleRequests.Fetch(Topic, id, 0));
            readers.Add(reader);
        }

        long growth = node.Process.ResidentBytes - before;
        (int records, TimeSpan slowest) = await steady.StopAsync();
        await TestContext.Out.WriteLineAsync($"{growth / 1024 / 1024} MiB more; slowest of {records}: {slowest}");
        Assert.That(growth, Is.LessThan(MaxGrowthBytes));
        Assert.That(slowest, Is.LessThan(SoonEnough));
        Assert.That(node.Process.HasExited, Is.False, node.Process.Describe());
        readers.ForEach(reader => reader.Dispose());
    }

    private static async Task<TopicId> FillAsync(NodeProcess node)
    {
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
        CreateTopicsResponse created = await client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics = [new() { Name = Topic, NumPartitions = 1, ReplicationFactor = 1 }],
        });
        byte[] batch = SampleRequests.Batch(new string('x', 900_000));
        for (int batches = 0; batches < 60; batches++)
            await client.AskAsync<ProduceResponse>(SampleRequests.Produce(Topic, batch));
        return created.Topics[0].TopicId;
    }
}
