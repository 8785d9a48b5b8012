using System.Globalization;
using System.Text;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Clusters;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Cluster.Tests.Histories;

/// <summary>
/// Writes one record after another with <c>acks=all</c> to a partition of one broker's while a fault lasts, each once,
/// and keeps which were acknowledged at which offset. A record without an answer may be there or not.
/// </summary>
internal sealed class AcknowledgedRecords : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ClusterNode _node;
    private readonly string _topic;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<long, string> _acknowledged = [];
    private readonly List<long> _doubles = [];
    private Task _writing = Task.CompletedTask;
    private int _count;

    private AcknowledgedRecords(ClusterNode node, string topic)
    {
        _node = node;
        _topic = topic;
    }

    /// <summary>The broker that keeps the partition.</summary>
    public int Node => _node.Id;

    /// <summary>How many records were acknowledged so far.</summary>
    public int Acknowledged => Volatile.Read(ref _count);

    public static async Task<AcknowledgedRecords> StartAsync(ClusterNode node, string prefix)
    {
        AcknowledgedRecords records = new(node, $"{prefix}-records-{node.Id}");
        await Eventually.True(records.CreateAsync, $"{records._topic} is there", Limit);
        records._writing = Task.Run(records.WriteAsync);
        return records;
    }

    /// <summary>Returns once that many more were acknowledged.</summary>
    public Task MoreAsync(int records, string when)
    {
        int enough = Acknowledged + records;
        return Eventually.True(
            () => Acknowledged >= enough, $"{records} records acknowledged by node {Node} {when}", Limit);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _writing;
    }

    /// <summary>Every acknowledged record is at its offset; to be called once stopped.</summary>
    public async Task AssertKeptAsync()
    {
        Assert.That(_doubles, Is.Empty, $"offsets of {_topic} at which two records were acknowledged");
        Dictionary<long, string> found = [];
        await Eventually.True(() => ReadAsync(found), $"{_topic} can be read to its end", Limit);
        (long Offset, string Value)[] lost =
        [
            .. _acknowledged.Where(record => found.GetValueOrDefault(record.Key) != record.Value)
                .Select(record => (record.Key, record.Value)),
        ];
        Assert.That(lost, Is.Empty, $"acknowledged records of {_topic} that are not there");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task<bool> CreateAsync()
    {
        CreateTopicsRequest request = new()
        {
            Topics =
            [
                new()
                {
                    Name = _topic,
                    NumPartitions = -1,
                    ReplicationFactor = -1,
                    Assignments = [new() { PartitionIndex = 0, BrokerIds = [new NodeId(Node)] }],
                },
            ],
            TimeoutMs = (int)Patience.TotalMilliseconds,
        };
        var answer = await NodeCall.TryAsync<CreateTopicsResponse>(_node.KafkaAddress, request, 2 * Patience);
        return answer?.Topics.Single().ErrorCode is ErrorCode.None or ErrorCode.TopicAlreadyExists;
    }

    private async Task WriteAsync()
    {
        KafkaWireClient? client = null;
        using PeriodicTimer timer = new(Interval);
        for (int number = 0; !_stop.IsCancellationRequested; number++)
        {
            string value = number.ToString(CultureInfo.InvariantCulture);
            try
            {
                client ??= await KafkaWireClient.ConnectAsync(_node.KafkaAddress).WaitAsync(Patience);
                var answer = await client.AskAsync<ProduceResponse>(Produce(value)).WaitAsync(Patience);
                Keep(answer.Responses.Single().PartitionResponses.Single(), value);
            }
            catch (Exception unanswered) when (unanswered is System.Net.Sockets.SocketException or TimeoutException
                or AssertionException or OperationCanceledException)
            {
                client?.Dispose();
                client = null;
            }

            await timer.WaitForNextTickAsync(CancellationToken.None);
        }

        client?.Dispose();
    }

    // From version 12 on topics are named by their ids.
    private ProduceRequest Produce(string value) => SampleRequests.Produce(_topic, SampleRequests.Batch(value));

    private void Keep(ProduceResponse.PartitionProduceResponse answer, string value)
    {
        if (answer.ErrorCode != ErrorCode.None) return;
        if (!_acknowledged.TryAdd(answer.BaseOffset, value)) _doubles.Add(answer.BaseOffset);
        Interlocked.Increment(ref _count);
    }

    private async Task<bool> ReadAsync(Dictionary<long, string> found)
    {
        long end = _acknowledged.Keys.DefaultIfEmpty(-1).Max() + 1;
        long next = found.Keys.DefaultIfEmpty(-1).Max() + 1;
        while (next < end)
        {
            FetchRequest request = SampleRequests.Fetch(_topic, TopicId.None, next);
            var answer = await FetchAsync(request);
            if (answer is not { ErrorCode: ErrorCode.None }) return false;
            if (Take((MemoryRecords?)answer.Records, found) is not { } last) return false;
            next = last + 1;
        }

        return true;
    }

    private async Task<FetchResponse.PartitionData?> FetchAsync(FetchRequest request)
    {
        try
        {
            using KafkaWireClient client = await KafkaWireClient.ConnectAsync(_node.KafkaAddress).WaitAsync(Patience);
            var answer = await client.AskAsync<FetchResponse>(request, 12).WaitAsync(2 * Patience);
            return answer.Responses.Single().Partitions.Single();
        }
        catch (Exception unanswered) when (unanswered is System.Net.Sockets.SocketException or TimeoutException
            or AssertionException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>The last offset of those records; null without any.</summary>
    private static long? Take(MemoryRecords? records, Dictionary<long, string> found)
    {
        long? last = null;
        ReadOnlyMemory<byte> rest = records?.Bytes ?? default;
        while (RecordBatch.TryRead(rest, out RecordBatch batch))
        {
            foreach (RecordView record in batch.Records())
            {
                found[record.Offset] = Encoding.UTF8.GetString(record.Value!.Value.Span);
                last = record.Offset;
            }

            rest = rest[batch.SizeInBytes..];
        }

        return last;
    }
}
