using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Neighbours;

/// <summary>The topics of the neighbours suite, and what its clients ask of them.</summary>
internal static class Neighbourhood
{
    public const string Cold = "cold";
    public const string Healthy = "healthy";
    public const string SlowSync = "slow-sync";
    public const string FailedSync = "failed-sync";
    public const string FailedWrite = "failed-write";
    public const string Busy = "busy";
    public const string Doomed = "doomed";

    private const int TopicsAtOnce = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task CreateAsync(KafkaWireClient client)
    {
        await CreateAsync(client, Cold, 2);
        await CreateAsync(client, Healthy, 1);
        await CreateAsync(client, Busy, 2);
        await CreateAsync(client, FailedWrite, 4);
        await CreateAsync(client, SlowSync, 4, ("flush.policy", "group-commit"));
        await CreateAsync(client, FailedSync, 4, ("flush.policy", "group-commit"));
        await FindCoordinatorAsync(client);
    }

    /// <summary>Fills both partitions of <see cref="Cold"/> with batches of a mebibyte.</summary>
    public static async Task FillAsync(KafkaWireClient client, long bytes)
    {
        byte[] batch = SampleRequests.Batch([.. Enumerable.Repeat(new string('c', 10_000), 100)]);
        const int window = 4;
        int left = 0;
        for (long sent = 0; sent < bytes; sent += batch.Length)
        {
            await client.SendAsync(ProduceTo(Cold, (int)(sent / batch.Length % 2), batch, acks: 1));
            if (++left < window) continue;
            AssertStored(await client.ReceiveAsync<ProduceResponse>());
            left--;
        }

        for (; left > 0; left--) AssertStored(await client.ReceiveAsync<ProduceResponse>());
    }

    public static ProduceRequest ProduceTo(string topic, int partition, byte[] batch, short acks = -1) => new()
    {
        Acks = acks,
        TimeoutMs = 5_000,
        TopicData =
        [
            new()
            {
                Name = topic,
                PartitionData = [new() { Index = partition, Records = new MemoryRecords(batch) }],
            },
        ],
    };

    public static ErrorCode ErrorOf(ProduceResponse response) => response.Responses[0].PartitionResponses[0].ErrorCode;

    /// <summary>Creates some topics and deletes them again.</summary>
    public static async Task ComeAndGoAsync(KafkaWireClient client, int number)
    {
        string[] names = [.. Enumerable.Range(0, TopicsAtOnce).Select(at => $"{Doomed}-{number}-{at}")];
        await client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics = [.. names.Select(name => new CreateTopicsRequest.CreatableTopic
            {
                Name = name, NumPartitions = 4, ReplicationFactor = 1,
            })],
            TimeoutMs = 10_000,
        });
        await client.AskAsync<DeleteTopicsResponse>(new DeleteTopicsRequest
        {
            Topics = [.. names.Select(name => new DeleteTopicsRequest.DeleteTopicState { Name = name })],
            TimeoutMs = 10_000,
        });
    }

    /// <summary>Commits an offset for a group without members.</summary>
    public static async Task<ErrorCode> CommitAsync(KafkaWireClient client, string group, long offset)
    {
        OffsetCommitResponse response = await client.AskAsync<OffsetCommitResponse>(
            new OffsetCommitRequest
            {
                GroupId = group,
                GenerationIdOrMemberEpoch = -1,
                Topics = [new() { Name = Healthy, Partitions = [new() { CommittedOffset = offset }] }],
            },
            version: 9);
        return response.Topics[0].Partitions[0].ErrorCode;
    }

    /// <summary>Whoever asks first has the topic of groups made, and waits until its coordinator serves.</summary>
    public static Task FindCoordinatorAsync(KafkaWireClient client) => Eventually.True(
        async () =>
        {
            FindCoordinatorResponse found = await client.AskAsync<FindCoordinatorResponse>(
                new FindCoordinatorRequest { CoordinatorKeys = ["any"] });
            return found.Coordinators[0].ErrorCode == ErrorCode.None;
        },
        "there is a coordinator",
        Patience);

    private static async Task CreateAsync(
        KafkaWireClient client, string name, int partitions, params (string Name, string Value)[] configs)
    {
        CreateTopicsResponse created = await client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics =
            [
                new()
                {
                    Name = name,
                    NumPartitions = partitions,
                    ReplicationFactor = 1,
                    Configs = [.. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig
                    {
                        Name = config.Name, Value = config.Value,
                    })],
                },
            ],
            TimeoutMs = 30_000,
        });
        Assert.That(created.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.None), created.Topics[0].ErrorMessage);
    }

    private static void AssertStored(ProduceResponse response) =>
        Assert.That(ErrorOf(response), Is.EqualTo(ErrorCode.None));
}
