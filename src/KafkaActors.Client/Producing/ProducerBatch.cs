using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Producing;

/// <summary>
/// The records of one partition that travel together. Filled under its queue's lock; from the moment it is taken from
/// the queue it belongs to the producer's actor alone, which builds it once and completes it once.
/// </summary>
internal sealed class ProducerBatch(PartitionQueue queue, RecordBatchBuilder builder, int reservedBytes, long created)
{
    private DeliveryList _deliveries;
    private List<FlushWaiter>? _flushes;
    private byte[]? _bytes;

    public PartitionQueue Queue => queue;

    public RecordBatchBuilder Builder => builder;

    /// <summary>What it holds of <c>buffer.memory</c>.</summary>
    public int ReservedBytes { get; set; } = reservedBytes;

    /// <summary>A timestamp of the clock.</summary>
    public long Created => created;

    public int RecordCount { get; private set; }

    /// <summary>The batch as it is sent; written only between answers.</summary>
    public byte[] Bytes => _bytes ?? throw new InvalidOperationException("The batch is not built yet.");

    public ProducerSequence Sequence { get; private set; }

    /// <summary>How often it was sent; an answer to an earlier attempt is not its answer.</summary>
    public int Attempts { get; set; }

    /// <summary>Sent and not yet answered.</summary>
    public bool IsUnderWay { get; set; }

    public bool TryAppend(in ProducerRecord record, long timestampMs, IDeliveryHandler? handler, long token)
    {
        if (!builder.TryAppend(timestampMs, record.Key, record.Value, record.Headers)) return false;
        if (handler is not null) _deliveries.Add(RecordCount, timestampMs, handler, token);
        RecordCount++;
        return true;
    }

    public void Build(ProducerSequence sequence)
    {
        Sequence = sequence;
        _bytes = builder.Build(sequence);
    }

    /// <summary>
    /// Gives an unanswered batch another place among those of its producer. Nobody may be reading its bytes.
    /// </summary>
    public void Rewrite(ProducerSequence sequence)
    {
        Sequence = sequence;
        _bytes = (byte[])Bytes.Clone();
        RecordBatchPatcher.AssignProducer(_bytes, sequence);
    }

    public void AddFlush(FlushWaiter waiter) => (_flushes ??= []).Add(waiter);

    public void Complete(long baseOffset, long appendTimeMs, KafkaException? error)
    {
        _deliveries.Complete(queue.Name, baseOffset, appendTimeMs, error);
        if (_flushes is not { } flushes) return;
        foreach (FlushWaiter waiter in flushes) waiter.BatchDone();
    }
}
