using KafkaActors.Protocol;

namespace KafkaActors.Client.Producing;

/// <summary>
/// The partitions of one topic, and which of them takes records without a key: the same one until its batch is full
/// (KIP-480), then another that has a leader. Thread-safe.
/// </summary>
internal sealed class TopicRoute(string topic, Func<TopicPartition, PartitionQueue> createQueue, int seed)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile PartitionQueue[] _queues = [];
    private volatile PartitionQueue? _sticky;

    /// <summary>Empty until the topic's metadata came.</summary>
    public PartitionQueue[] Queues => _queues;

    /// <summary>Completes when the partitions are known, or fails when the topic can never be written to.</summary>
    public Task Known => _known.Task;

    public PartitionQueue Sticky(PartitionQueue[] queues) => _sticky ?? Choose(queues, null);

    /// <summary>The batch of this partition is full; the next records go elsewhere.</summary>
    public void MoveOn(PartitionQueue[] queues, PartitionQueue from)
    {
        if (queues.Length > 1 && _sticky == from) Choose(queues, from);
    }

    /// <summary>The topic has so many partitions now. Queues that exist stay.</summary>
    public void Resize(int partitions)
    {
        lock (_gate)
        {
            PartitionQueue[] former = _queues;
            if (partitions > former.Length)
            {
                _queues = [.. former, .. Enumerable.Range(former.Length, partitions - former.Length)
                    .Select(index => createQueue(new TopicPartition(topic, index)))];
            }
        }

        if (partitions > 0) _known.TrySetResult();
    }

    public void Reject(KafkaException reason) => _known.TrySetException(reason);

    private PartitionQueue Choose(PartitionQueue[] queues, PartitionQueue? from)
    {
        lock (_gate)
        {
            if (_sticky is { } already && already != from) return already;
            PartitionQueue[] open = [.. queues.Where(queue => queue.HasLeader && queue != from)];
            PartitionQueue[] choices = open.Length > 0 ? open : queues;
            PartitionQueue chosen = choices[_random.Next(choices.Length)];
            _sticky = chosen;
            return chosen;
        }
    }
}
