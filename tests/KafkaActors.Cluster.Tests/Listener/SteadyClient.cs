using System.Diagnostics;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Listener;

/// <summary>
/// A well-behaved client beside others that are not: produces to a topic of its own and reads back what it wrote, one
/// record after the other, and remembers how long the slowest took.
/// </summary>
internal sealed class SteadyClient : IAsyncDisposable
{
    public const string TopicName = "steady";

    private readonly KafkaWireClient _client;
    private readonly TopicId _id;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task<(int Records, TimeSpan Slowest)> _running;
    private long _slowestTicks;

    private SteadyClient(KafkaWireClient client, TopicId id)
    {
        _client = client;
        _id = id;
        _running = Task.Run(RunAsync);
    }

    /// <summary>How long the slowest record has taken so far.</summary>
    public TimeSpan Slowest => new(Volatile.Read(ref _slowestTicks));

    /// <summary>Its own: others leave it alone.</summary>
    public TopicId Topic => _id;

    public static async Task<SteadyClient> StartAsync(string address)
    {
        KafkaWireClient client = await KafkaWireClient.ConnectAsync(address);
        CreateTopicsResponse created = await client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics = [new() { Name = TopicName, NumPartitions = 1, ReplicationFactor = 1 }],
        });
        Assert.That(created.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        return new SteadyClient(client, created.Topics[0].TopicId);
    }

    /// <summary>How many records went through, and how long the slowest took.</summary>
    public async Task<(int Records, TimeSpan Slowest)> StopAsync()
    {
        await _stop.CancelAsync();
        return await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_running);
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task<(int Records, TimeSpan Slowest)> RunAsync()
    {
        int records = 0;
        while (!_stop.IsCancellationRequested)
        {
            long begin = Stopwatch.GetTimestamp();
            ProduceResponse produced = await _client.AskAsync<ProduceResponse>(
                SampleRequests.Produce(TopicName, SampleRequests.Batch($"record {records}")));
            Assert.That(produced.Responses[0].PartitionResponses[0].ErrorCode, Is.EqualTo(ErrorCode.None));
            Assert.That(produced.Responses[0].PartitionResponses[0].BaseOffset, Is.EqualTo(records));
            FetchResponse fetched = await _client.AskAsync<FetchResponse>(
                SampleRequests.Fetch(TopicName, _id, records));
            Assert.That(fetched.Responses[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.None));
            Assert.That(fetched.Responses[0].Partitions[0].Records?.SizeInBytes ?? 0, Is.GreaterThan(0));
            records++;
            TimeSpan took = Stopwatch.GetElapsedTime(begin);
            if (took > Slowest) Volatile.Write(ref _slowestTicks, took.Ticks);
        }

        return (records, Slowest);
    }
}
