using System.Globalization;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.Histories;

/// <summary>
/// Changes the cluster's metadata through each broker in turn, one change after another, while a fault lasts: creates
/// topics, and gives one topic's configuration a new number each time. Which were acknowledged is kept, and which are
/// unknown because no answer came: those may be there or not.
/// </summary>
internal sealed class MetadataChanges : IAsyncDisposable
{
    private const string Numbered = "numbered";
    private const string Key = "retention.ms";
    private const sbyte TopicResource = 2;
    private const int MaxTopics = 100;
    private const long FirstNumber = 1_000_000_000;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly ClusterOfProcesses _cluster;
    private readonly string _prefix;
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, TopicId> _topics = [];
    private readonly HashSet<long> _possible = [];
    private long _acknowledgedNumber = -1;
    private Task _changing = Task.CompletedTask;
    private int _acknowledged;

    private MetadataChanges(ClusterOfProcesses cluster, string prefix)
    {
        _cluster = cluster;
        _prefix = prefix;
    }

    /// <summary>How many changes were acknowledged so far.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <param name="prefix">Of the topics' names; each trial on a cluster has its own.</param>
    public static async Task<MetadataChanges> StartAsync(ClusterOfProcesses cluster, string prefix)
    {
        MetadataChanges changes = new(cluster, prefix);
        await Eventually.True(
            async () => await changes.CreateAsync($"{prefix}-{Numbered}", cluster.Brokers.First()), "a topic", Limit);
        changes._changing = Task.Run(changes.ChangeAsync);
        return changes;
    }

    /// <summary>Returns once that many more changes were acknowledged: the cluster serves again.</summary>
    public Task MoreAsync(int changes, string when)
    {
        int enough = Acknowledged + changes;
        return Eventually.True(() => Acknowledged >= enough, $"{changes} changes acknowledged {when}", Limit);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _changing;
    }

    /// <summary>Every broker has every acknowledged change; to be called once stopped.</summary>
    public async Task AssertKeptAsync()
    {
        foreach (ClusterNode node in _cluster.Brokers)
        {
            await Eventually.True(
                async () => await MissingAtAsync(node) is null,
                $"node {node.Id} has every acknowledged topic: {await MissingAtAsync(node)}",
                Limit);
            long number = -1;
            await Eventually.True(
                async () => _possible.Contains(number = await NumberAtAsync(node)),
                $"node {node.Id} has one of {string.Join(", ", _possible)} as {Key} of {_prefix}-{Numbered}: {number}",
                Limit);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task ChangeAsync()
    {
        ClusterNode[] brokers = [.. _cluster.Brokers];
        using PeriodicTimer timer = new(Interval);
        for (long number = FirstNumber; !_stop.IsCancellationRequested; number++)
        {
            ClusterNode at = brokers[number % brokers.Length];
            if (_topics.Count < MaxTopics) await CreateAsync($"{_prefix}-{number}", at);
            await AlterAsync(number, at);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task<bool> CreateAsync(string topic, ClusterNode at)
    {
        CreateTopicsRequest request = new()
        {
            Topics = [new() { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }],
            TimeoutMs = (int)Patience.TotalMilliseconds,
        };
        var answer = await NodeCall.TryAsync<CreateTopicsResponse>(at.KafkaAddress, request, 2 * Patience);
        if (answer?.Topics.Single() is not { ErrorCode: ErrorCode.None } created) return false;
        _topics[topic] = created.TopicId;
        Interlocked.Increment(ref _acknowledged);
        return true;
    }

    private async Task AlterAsync(long number, ClusterNode at)
    {
        IncrementalAlterConfigsRequest request = new()
        {
            Resources =
            [
                new()
                {
                    ResourceType = TopicResource,
                    ResourceName = $"{_prefix}-{Numbered}",
                    Configs = [new() { Name = Key, Value = number.ToString(CultureInfo.InvariantCulture) }],
                },
            ],
        };
        _possible.Add(number);
        var answer = await NodeCall.TryAsync<IncrementalAlterConfigsResponse>(at.KafkaAddress, request, 2 * Patience);
        if (answer?.Responses.Single().ErrorCode != ErrorCode.None) return;
        // What a request without an answer asked for may still come: it stays possible.
        _possible.Remove(_acknowledgedNumber);
        _acknowledgedNumber = number;
        Interlocked.Increment(ref _acknowledged);
    }

    private async Task<string?> MissingAtAsync(ClusterNode node)
    {
        if (await _cluster.SeenByAsync(node.Id) is not { } view) return "it does not answer";
        foreach ((string name, TopicId id) in _topics)
        {
            if (!view.Topics.TryGetValue(name, out TopicView? topic)) return $"{name} is missing";
            if (topic.Id != id) return $"{name} was acknowledged as {id} and is {topic.Id}";
        }

        return null;
    }

    private async Task<long> NumberAtAsync(ClusterNode node)
    {
        DescribeConfigsRequest request = new()
        {
            Resources =
            [
                new()
                {
                    ResourceType = TopicResource, ResourceName = $"{_prefix}-{Numbered}", ConfigurationKeys = [Key],
                },
            ],
        };
        var answer = await NodeCall.TryAsync<DescribeConfigsResponse>(node.KafkaAddress, request, 2 * Patience);
        string? value = answer?.Results.Single().Configs.SingleOrDefault()?.Value;
        return value is null ? -1 : long.Parse(value, CultureInfo.InvariantCulture);
    }
}
