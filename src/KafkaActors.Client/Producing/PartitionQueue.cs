using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Producing;

/// <summary>
/// The records of one partition that wait: one open batch, and full ones in the order they were filled. Senders append
/// under a short lock; the producer's actor takes batches out.
/// </summary>
internal sealed class PartitionQueue(
    TopicPartition name, ProducerSettings settings, BuilderPool builders, BufferBudget budget, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Queue<ProducerBatch> _full = [];
    private readonly long _lingerTicks = (long)(settings.Linger.TotalSeconds * time.TimestampFrequency);
    private ProducerBatch? _open;
    private bool _isSignalled;
    private volatile bool _hasLeader;

    public TopicPartition Name => name;

    public bool HasLeader
    {
        get => _hasLeader;
        set => _hasLeader = value;
    }

    /// <summary>Belongs to the producer's actor.</summary>
    public PartitionPipeline Pipeline { get; } = new(settings);

    /// <param name="signal">The actor has to look at this queue and does not know yet.</param>
    /// <param name="closedBatch">The record did not fit into the open batch.</param>
    public AppendResult Append(
        in ProducerRecord record,
        long timestampMs,
        IDeliveryHandler? handler,
        long token,
        out bool signal,
        out bool closedBatch)
    {
        signal = closedBatch = false;
        lock (_gate)
        {
            if (_open is not null && _open.TryAppend(record, timestampMs, handler, token)) return AppendResult.Appended;
            int reserve = ReservationFor(record);
            if (!budget.TryReserve(reserve)) return AppendResult.NoRoom;
            closedBatch = CloseOpen();
            _open = new ProducerBatch(this, builders.Rent(), reserve, time.GetTimestamp());
            _open.TryAppend(record, timestampMs, handler, token);
            signal = !_isSignalled;
            _isSignalled = true;
            return AppendResult.Appended;
        }
    }

    public int ReservationFor(in ProducerRecord record) =>
        (int)Math.Max(
            settings.BatchSize, RecordBatchBuilder.UpperBoundOfBatch(record.Key, record.Value, record.Headers));

    /// <summary>The actor looks now: the next new batch signals again.</summary>
    public void ClearSignal()
    {
        lock (_gate) _isSignalled = false;
    }

    /// <summary>The next batch that may leave: a full one, or the open one when it has lingered or must not.</summary>
    /// <param name="lingersUntil">With null: when the open batch will be due, or -1 when there is none.</param>
    public ProducerBatch? Take(bool atOnce, out long lingersUntil)
    {
        lingersUntil = -1;
        lock (_gate)
        {
            if (_full.TryDequeue(out ProducerBatch? full)) return full;
            if (_open is not { } open) return null;
            long due = open.Created + _lingerTicks;
            if (!atOnce && _lingerTicks > 0 && due > time.GetTimestamp())
            {
                lingersUntil = due;
                return null;
            }

            _open = null;
            return open;
        }
    }

    /// <summary>Takes the oldest batch if it was created before the timestamp.</summary>
    public ProducerBatch? TakeOlderThan(long timestamp)
    {
        lock (_gate)
        {
            if (_full.TryPeek(out ProducerBatch? oldest)) return oldest.Created < timestamp ? _full.Dequeue() : null;
            if (_open is not { } open || open.Created >= timestamp) return null;
            _open = null;
            return open;
        }
    }

    /// <summary>Closes the open batch and has the flush wait for everything here.</summary>
    public void Flush(FlushWaiter waiter)
    {
        lock (_gate)
        {
            CloseOpen();
            foreach (ProducerBatch batch in _full)
            {
                waiter.BatchAdded();
                batch.AddFlush(waiter);
            }
        }
    }

    private bool CloseOpen()
    {
        if (_open is null) return false;
        _full.Enqueue(_open);
        _open = null;
        return true;
    }
}
