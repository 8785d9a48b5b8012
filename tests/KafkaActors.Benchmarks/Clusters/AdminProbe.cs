using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit.Clusters;
using KafkaActors.TestKit.Kafka;
using NUnit.Framework;

namespace KafkaActors.Benchmarks.Clusters;

/// <summary>
/// Sends a change of a topic's configuration to some brokers every few milliseconds, each on a connection of its own,
/// whether earlier ones are answered or not, and keeps when each began and was answered.
/// </summary>
internal sealed class AdminProbe : IAsyncDisposable
{
    private const string Topic = "probed";
    private const sbyte TopicResource = 2;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<ClusterNode> _brokers;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Call> _calls = [];
    private readonly ConcurrentDictionary<Task, long> _underWay = [];
    private readonly Task _sending;
    private long _number = 1_000_000_000;

    private AdminProbe(IReadOnlyList<ClusterNode> brokers)
    {
        _brokers = brokers;
        _sending = Task.Run(SendAsync);
    }

    public static async Task<AdminProbe> StartAsync(IReadOnlyList<ClusterNode> brokers)
    {
        CreateTopicsRequest request = new()
        {
            Topics = [new() { Name = Topic, NumPartitions = 1, ReplicationFactor = 1 }],
        };
        using KafkaWireClient client = await KafkaWireClient.ConnectAsync(brokers[0].KafkaAddress)
            .ConfigureAwait(false);
        await client.AskAsync<CreateTopicsResponse>(request).ConfigureAwait(false);
        return new AdminProbe(brokers);
    }

    /// <summary>When a change that was asked for after that time was first acknowledged; null while none was.</summary>
    public long? ServedSince(long time) => _calls.Where(call => call.Began > time && call.Error == ErrorCode.None)
        .Select(call => (long?)call.Ended).Min();

    /// <summary>How many requests that had begun by that time are not answered yet.</summary>
    public int UnderWay(long time) => _underWay.Count(call => call.Value <= time && !call.Key.IsCompleted);

    /// <summary>When the last request that was under way at that time was answered, with success or without.</summary>
    public long? LastUnderWay(long time) => _calls.Where(call => call.Began <= time && call.Ended > time)
        .Select(call => (long?)call.Ended).Max();

    /// <summary>The longest time in which no change was acknowledged, between these two.</summary>
    public TimeSpan LongestGap(long from, long to)
    {
        long[] ends = [from, .. _calls.Where(call => call.Error == ErrorCode.None).Select(call => call.Ended)
            .Where(end => end > from && end < to).Order(), to];
        return ends.Zip(ends.Skip(1)).Max(pair => Stopwatch.GetElapsedTime(pair.First, pair.Second));
    }

    /// <summary>How many requests ended in an error or without an answer, of those begun between these two.</summary>
    public int Failures(long from, long to) =>
        _calls.Count(call => call.Began >= from && call.Began < to && call.Error != ErrorCode.None);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _sending.ConfigureAwait(false);
        await Task.WhenAll(_underWay.Keys).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task SendAsync()
    {
        using PeriodicTimer timer = new(Interval);
        while (!_stop.IsCancellationRequested)
        {
            foreach (ClusterNode broker in _brokers)
            {
                Task call = CallAsync(broker, Interlocked.Increment(ref _number));
                _underWay.TryAdd(call, Stopwatch.GetTimestamp());
                _ = call.ContinueWith(ended => _underWay.TryRemove(ended, out _), TaskScheduler.Default);
            }

            await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task CallAsync(ClusterNode broker, long number)
    {
        IncrementalAlterConfigsRequest request = new()
        {
            Resources =
            [
                new()
                {
                    ResourceType = TopicResource,
                    ResourceName = Topic,
                    Configs = [new() { Name = "retention.ms", Value = number.ToString(CultureInfo.InvariantCulture) }],
                },
            ],
        };
        long began = Stopwatch.GetTimestamp();
        ErrorCode error;
        try
        {
            using KafkaWireClient client = await KafkaWireClient.ConnectAsync(broker.KafkaAddress)
                .ConfigureAwait(false);
            var answer = await client.AskAsync<IncrementalAlterConfigsResponse>(request).WaitAsync(Patience)
                .ConfigureAwait(false);
            error = answer.Responses.Single().ErrorCode;
        }
        catch (Exception unanswered) when (unanswered is SocketException or TimeoutException or AssertionException
            or OperationCanceledException)
        {
            error = ErrorCode.RequestTimedOut;
        }

        _calls.Add(new Call(began, Stopwatch.GetTimestamp(), error));
    }

    private readonly record struct Call(long Began, long Ended, ErrorCode Error);
}
