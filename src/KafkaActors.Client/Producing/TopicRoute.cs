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
    private Task _lastInLine = Task.CompletedTask;
    private int _inLine;
    private int _waiters;

    /// <summary>Empty until the topic's metadata came.</summary>
    public PartitionQueue[] Queues => _queues;

    /// <summary>Completes when the partitions are known, or fails when the topic can never be written to.</summary>
    public Task Known => _known.Task;

    /// <summary>Somebody waits for <see cref="Known"/>.</summary>
    public bool IsAwaited => Volatile.Read(ref _waiters) > 0;

    /// <summary>
    /// Senders wait for room: whoever comes now waits behind them, so that records keep the order of the calls.
    /// </summary>
    public bool HasLine => Volatile.Read(ref _inLine) > 0;

    /// <summary>Takes the last place in line; <paramref name="send"/> starts when all before it are done.</summary>
    public Task QueueUp(Func<Task> send)
    {
        lock (_gate)
        {
            _inLine++;
            return _lastInLine = InTurnAsync(_lastInLine, send);
        }
    }

    public void BeginWait() => Interlocked.Increment(ref _waiters);

    /// <summary>True for the last one.</summary>
    public bool EndWait() => Interlocked.Decrement(ref _waiters) == 0;

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

    private async Task InTurnAsync(Task before, Func<Task> send)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        try
        {
            await send().ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _inLine);
        }
    }

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
