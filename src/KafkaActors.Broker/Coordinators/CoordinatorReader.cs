using System.Collections.Concurrent;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Network;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// Reads partitions of coordinators' topics up to a fence: from this node's log where it leads them, else from their
/// leader, by its inter-broker listener. Several at a time: from this node's disks as many as the pool for loading has
/// threads, and as many from each other node, so that one that answers slowly holds back what it leads itself, and no
/// more.
/// </summary>
/// <param name="node">This one.</param>
/// <param name="atATime">Partitions read from one other node; the threads of <paramref name="loading"/>.</param>
internal sealed class CoordinatorReader(
    NodeId node,
    PartitionRegistry partitions,
    Func<MetadataImage> image,
    Bulkhead loading,
    int atATime,
    string interBrokerListener,
    TimeProvider clock)
{
    private const int ChunkBytes = 1024 * 1024;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ConnectionSettings _link = new()
    {
        ClientId = NodeClientId.Of(node), SetupTimeout = Timeout, SilenceLimit = Timeout,
    };

    private readonly ConcurrentDictionary<NodeId, SemaphoreSlim> _places = new();

    /// <param name="upTo">A committed offset.</param>
    /// <param name="wanted">The coordinator's keys whose records are kept; null for all.</param>
    /// <exception cref="IOException">The partition cannot be read now.</exception>
    public Task<LoadedPartition> LoadAsync(
        ICoordinatorTenant tenant, TopicIdPartition partition, long upTo, IReadOnlySet<string>? wanted)
    {
        var loaded = new LoadedPartition(tenant, wanted);
        PartitionImage? led = image().Partition(partition);
        if (led is null) return Task.FromException<LoadedPartition>(new IOException("the topic is gone"));
        return partitions.TryGet(led.Id, out PartitionHandle? here) && here.Route is not null
            ? loading.Run(() => PartitionLoader.Load(here.Log, upTo, loaded))
            : InTurnAsync(led, upTo, loaded);
    }

    // Whoever has a place either gets on within the timeout of a request or gives it back.
    private async Task<LoadedPartition> InTurnAsync(PartitionImage led, long upTo, LoadedPartition loaded)
    {
        SemaphoreSlim places = _places.GetOrAdd(led.Leader, _ => new SemaphoreSlim(atATime));
        await places.WaitAsync().ConfigureAwait(false);
        try
        {
            return await FetchAsync(led, upTo, loaded).ConfigureAwait(false);
        }
        finally
        {
            places.Release();
        }
    }

    private async Task<LoadedPartition> FetchAsync(PartitionImage led, long upTo, LoadedPartition loaded)
    {
        using BrokerLink leader = LinkTo(led.Leader);
        long offset = 0;
        while (offset < upTo)
        {
            FetchResponse.PartitionData answer = await FetchAsync(leader, led, offset).ConfigureAwait(false);
            if (answer.ErrorCode == ErrorCode.OffsetOutOfRange && answer.LogStartOffset > offset)
                offset = answer.LogStartOffset;
            else if (answer.ErrorCode != ErrorCode.None)
                throw new IOException($"node {led.Leader} answers {answer.ErrorCode}");
            else if (answer.Records is MemoryRecords { SizeInBytes: > 0 } records)
                offset = PartitionLoader.Take(records.Bytes, upTo, loaded);
            else break;
        }

        return loaded;
    }

    private BrokerLink LinkTo(NodeId leader)
    {
        foreach (BrokerEndpoint listener in image().Broker(leader)?.Listeners ?? [])
        {
            if (listener.Name != interBrokerListener) continue;
            // One connection and no second attempt: the pause before one needs no chance.
            var endpoint = new BrokerAddress(listener.Host, listener.Port);
            return new BrokerLink(endpoint, SocketOpener.Instance, _link, clock, new Random(0));
        }

        throw new IOException($"node {leader} has no listener {interBrokerListener}");
    }

    private static async Task<FetchResponse.PartitionData> FetchAsync(
        BrokerLink leader, PartitionImage led, long offset)
    {
        var request = new FetchRequest
        {
            MaxBytes = ChunkBytes,
            Topics =
            [
                new FetchRequest.FetchTopic
                {
                    TopicId = led.Id.TopicId,
                    Partitions =
                    [
                        new FetchRequest.FetchPartition
                        {
                            Partition = led.Id.Partition,
                            CurrentLeaderEpoch = led.LeaderEpoch,
                            FetchOffset = offset,
                            PartitionMaxBytes = ChunkBytes,
                        },
                    ],
                },
            ],
        };
        FetchResponse response = await AskAsync(leader, request).ConfigureAwait(false);
        return response is { ErrorCode: ErrorCode.None, Responses: [{ Partitions: [var only] }] }
            ? only
            : throw new IOException($"node {led.Leader} answers {response.ErrorCode}");
    }

    private static async Task<FetchResponse> AskAsync(BrokerLink leader, FetchRequest request)
    {
        try
        {
            return (FetchResponse)(await leader.AskAsync(request, Timeout).ConfigureAwait(false))!;
        }
        catch (BrokerException fault)
        {
            throw new IOException(fault.Message, fault);
        }
    }
}
