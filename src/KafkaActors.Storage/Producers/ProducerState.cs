namespace KafkaActors.Storage;

/// <summary>
/// The last batches of one producer id, at most five, oldest first; all of one producer epoch. Owned by a
/// <see cref="ProducerStateTable"/>.
/// </summary>
public sealed class ProducerState
{
    /// <summary>As many as a producer may have in flight and still be idempotent.</summary>
    public const int MaxBatches = 5;

    /// <summary>Grows with the batches: most producers of many write once.</summary>
    private BatchMetadata[] _batches = new BatchMetadata[1];
    private int _count;

    internal ProducerState(long producerId, short epoch)
    {
        ProducerId = producerId;
        Epoch = epoch;
    }

    public long ProducerId { get; }

    public short Epoch { get; private set; }

    /// <summary>The greatest timestamp of the last batch, which its producer may have made.</summary>
    public long LastTimestamp { get; private set; } = -1;

    /// <summary>When the last batch was appended, by this node's clock, ms since the epoch.</summary>
    public long LastSeenMs { get; internal set; }

    public ReadOnlySpan<BatchMetadata> Batches => _batches.AsSpan(0, _count);

    internal int CoordinatorEpoch { get; set; } = -1;

    internal long CurrentTransactionFirstOffset { get; set; } = -1;

    internal void Add(short epoch, in BatchMetadata batch)
    {
        if (epoch != Epoch) _count = 0;
        Epoch = epoch;
        if (_count == _batches.Length && _count < MaxBatches) Array.Resize(ref _batches, MaxBatches);
        if (_count == MaxBatches)
        {
            _batches.AsSpan(1).CopyTo(_batches);
            _count--;
        }
        _batches[_count++] = batch;
        LastTimestamp = batch.Timestamp;
    }

    /// <summary>Raises the epoch without a batch, as a snapshot of a producer without batches does.</summary>
    internal void SetTimestamp(long timestamp) => LastTimestamp = timestamp;

    internal ProducerState Copy()
    {
        var copy = new ProducerState(ProducerId, Epoch)
        {
            LastTimestamp = LastTimestamp,
            LastSeenMs = LastSeenMs,
            CoordinatorEpoch = CoordinatorEpoch,
            CurrentTransactionFirstOffset = CurrentTransactionFirstOffset,
            _batches = [.. _batches],
            _count = _count,
        };
        return copy;
    }
}
