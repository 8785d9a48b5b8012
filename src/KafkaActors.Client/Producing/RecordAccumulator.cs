using System.Collections.Concurrent;
using Akka.Actor;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Producing;

/// <summary>
/// Record path 1/9. Where senders leave their records, from any thread, without a message for each: chooses the
/// partition, appends to its open batch, and wakes the producer's actor when a batch was opened.
/// </summary>
internal sealed class RecordAccumulator(ProducerSettings settings, TimeProvider time, int seed)
{
    private readonly ConcurrentDictionary<string, TopicRoute> _routes = new();
    private readonly ConcurrentQueue<PartitionQueue> _signalled = [];
    private readonly BuilderPool _builders = new(settings);
    private IActorRef _actor = ActorRefs.Nobody;
    private int _isWoken;
    private volatile bool _isClosed;

    public TimeProvider Time => time;

    public BufferBudget Budget { get; } = new(settings.BufferMemory);

    public BuilderPool Builders => _builders;

    public IEnumerable<KeyValuePair<string, TopicRoute>> Routes => _routes;

    public IEnumerable<PartitionQueue> Queues => _routes.Values.SelectMany(route => route.Queues);

    public void Attach(IActorRef actor) => _actor = actor;

    public void Close() => _isClosed = true;

    /// <exception cref="KafkaException">The record can never be sent: too large, or for a partition that is not
    /// there.</exception>
    /// <param name="inTurn">The sender waited in the topic's line.</param>
    public AppendResult Append(in ProducerRecord record, IDeliveryHandler? handler, long token, bool inTurn = false)
    {
        ObjectDisposedException.ThrowIf(_isClosed, typeof(RecordProducer));
        if (!_routes.TryGetValue(record.Topic, out TopicRoute? route)) return AppendResult.NoRoute;
        PartitionQueue[] queues = route.Queues;
        if (queues.Length == 0) return AppendResult.NoRoute;
        if (!inTurn && route.HasLine) return AppendResult.NoRoom;
        CheckSize(record);

        bool isSticky = record is { Partition: null, Key: null };
        PartitionQueue queue = isSticky ? route.Sticky(queues) : queues[IndexOf(record, queues.Length)];
        long timestampMs = record.TimestampMs ?? time.GetUtcNow().ToUnixTimeMilliseconds();
        AppendResult result = queue.Append(record, timestampMs, handler, token, out bool signal, out bool closedBatch);
        if (closedBatch && isSticky) route.MoveOn(queues, queue);
        if (signal) Signal(queue);
        return result;
    }

    public TopicRoute Route(string topic) => _routes.GetOrAdd(
        topic,
        name => new TopicRoute(
            name,
            partition => new PartitionQueue(partition, settings, _builders, Budget, time),
            HashCode.Combine(seed, name.Length)));

    public void Forget(string topic) => _routes.TryRemove(topic, out _);

    /// <summary>The actor is awake: the next signal wakes it again.</summary>
    public void ClearWake() => Volatile.Write(ref _isWoken, 0);

    public bool TryTakeSignalled(out PartitionQueue? queue) => _signalled.TryDequeue(out queue);

    public void Wake()
    {
        if (Interlocked.Exchange(ref _isWoken, 1) == 0) _actor.Tell(ProducerActor.Wake.Instance);
    }

    /// <summary>Bytes that the record needs of the buffer at most.</summary>
    public int RoomFor(in ProducerRecord record) => (int)Math.Max(settings.BatchSize, SizeOf(record));

    private static long SizeOf(in ProducerRecord record) =>
        RecordBatchBuilder.UpperBoundOfBatch(record.Key, record.Value, record.Headers);

    private static int IndexOf(in ProducerRecord record, int count)
    {
        if (record.Partition is not { } chosen) return Murmur2.PartitionOf(record.Key!.Value.Span, count);
        if (chosen >= 0 && chosen < count) return chosen;
        throw new KafkaException(
            ErrorCode.UnknownTopicOrPartition,
            $"Topic '{record.Topic}' has the partitions 0 to {count - 1}; there is no partition {chosen}.");
    }

    private void CheckSize(in ProducerRecord record)
    {
        long size = SizeOf(record);
        if (size <= settings.MaxRequestSize) return;
        throw new KafkaException(
            ErrorCode.MessageTooLarge,
            $"A record of up to {size} bytes is greater than max.request.size ({settings.MaxRequestSize}).");
    }

    private void Signal(PartitionQueue queue)
    {
        _signalled.Enqueue(queue);
        Wake();
    }
}
