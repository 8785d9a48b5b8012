using System.Diagnostics;
using System.Globalization;
using KafkaActors.Cluster.Tests.Listener;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Cluster.Tests.Faults;

/// <summary>
/// Topics of ten partitions each, as many as <c>KAFKA_ACTORS_DELETED_TOPICS</c> says, made and deleted in one request
/// while another client works.
/// </summary>
[Category("Cluster")]
public sealed class MassDeletionTests
{
    private const int PartitionsOfEach = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static int Topics => int.Parse(
        Environment.GetEnvironmentVariable("KAFKA_ACTORS_DELETED_TOPICS") ?? "50", CultureInfo.InvariantCulture);

    [Test]
    public async Task Hundreds_of_topics_are_deleted_within_seconds_and_other_clients_are_served_meanwhile()
    {
        using TempDirectory directory = new();
        await using NodeProcess node = await NodeProcess.StartAsync(directory.Combine("data"));
        using KafkaWireClient admin = await KafkaWireClient.ConnectAsync(node.KafkaBootstrap!);
        TimeSpan created = await Create(admin);
        await using SteadyClient steady = await SteadyClient.StartAsync(node.KafkaBootstrap!);

        long begin = Stopwatch.GetTimestamp();
        DeleteTopicsResponse deleted = await admin.AskAsync<DeleteTopicsResponse>(new DeleteTopicsRequest
        {
            TopicNames = [.. Names], TimeoutMs = 60_000,
        }, version: 5);
        await Eventually.True(
            () => Partitions(directory.Combine("data")).Length == 1, "their names are free", Patience);
        TimeSpan gone = Stopwatch.GetElapsedTime(begin);
        (int records, TimeSpan slowest) = await steady.StopAsync();

        await TestContext.Out.WriteLineAsync(
            $"{Topics * PartitionsOfEach} partitions: made in {created}, gone in {gone}; "
            + $"{records} records of another client meanwhile, the slowest took {slowest}");
        Assert.That(deleted.Responses.Select(topic => topic.ErrorCode), Is.All.EqualTo(ErrorCode.None));
        Assert.That(gone, Is.LessThan(TimeSpan.FromSeconds(30)));
        Assert.That(records, Is.GreaterThan(0));
        Assert.That(slowest, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(node.Process.HasExited, Is.False, node.Process.Describe());
    }

    private static IEnumerable<string> Names => Enumerable.Range(0, Topics).Select(i => $"topic-{i}");

    private static string[] Partitions(string data) =>
        [.. Directory.GetDirectories(data).Select(Path.GetFileName)
            .Where(name => name!.StartsWith("topic-", StringComparison.Ordinal)
                || name.StartsWith("steady-", StringComparison.Ordinal))
            .Where(name => !name!.EndsWith("-delete", StringComparison.Ordinal))!];

    /// <summary>Until every partition is led.</summary>
    private static async Task<TimeSpan> Create(KafkaWireClient admin)
    {
        long begin = Stopwatch.GetTimestamp();
        CreateTopicsResponse created = await admin.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics = [.. Names.Select(name => new CreateTopicsRequest.CreatableTopic
            {
                Name = name, NumPartitions = PartitionsOfEach, ReplicationFactor = 1,
            })],
            TimeoutMs = 25_000,
        });
        Assert.That(created.Topics.Select(topic => topic.ErrorCode), Is.All.EqualTo(ErrorCode.None));
        return Stopwatch.GetElapsedTime(begin);
    }
}
