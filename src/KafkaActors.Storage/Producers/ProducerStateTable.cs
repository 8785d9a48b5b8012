using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// What the idempotent producers of one partition wrote last, and the judgement of their next batch by it (KIP-98).
/// A producer of which no batch came for the expiration time is unknown from that moment on, whether its entry has been
/// removed yet or not. Time is the node's own clock, at which a batch was appended: a producer's timestamps may be
/// years old or ahead, and a retry of what was written a second ago has to be recognised all the same.
/// Pure: no clock, no disk, no lock; its owner is the only one to call it. A log keeps one that follows its appends,
/// the partition's actor judges by a copy of its own.
/// </summary>
public sealed class ProducerStateTable(ProducerStateLimits limits)
{
    private const short NoEpoch = -1;

    /// <summary>In one expiration time: while others write, an entry outlives its producer by a quarter.</summary>
    private const int SweepsPerExpiration = 4;

    /// <summary>A full table gives up this share of its entries at once, so that the search for them is rare.</summary>
    private const int EvictedShare = 10;

    private readonly Dictionary<long, ProducerState> _producers = [];
    private readonly long _expirationMs = (long)limits.Expiration.TotalMilliseconds;
    private long _sweptAtMs;

    public ProducerStateTable()
        : this(ProducerStateLimits.Default)
    {
    }

    public int Count => _producers.Count;

    public IEnumerable<ProducerState> Producers => _producers.Values;

    public ProducerState? Find(long producerId) => _producers.GetValueOrDefault(producerId);

    /// <summary>The sequence after a batch's first one by so many records; it wraps from int.MaxValue to 0.</summary>
    public static int AddToSequence(int sequence, int increment) =>
        sequence > int.MaxValue - increment ? increment - (int.MaxValue - sequence) - 1 : sequence + increment;

    /// <summary>
    /// Judges a batch. A batch without a producer id and a control batch are always accepted. An unknown producer may
    /// begin with any sequence, because what was known of it may have been deleted with its records; but not in a
    /// partition that never held a record: there an earlier batch of its own was refused or is still on its way
    /// (KAFKA-15591). A transactional batch needs an open transaction of its producer, and any other one needs none.
    /// </summary>
    /// <param name="nextOffset">The offset that the batch would get.</param>
    public SequenceVerdict Check(RecordBatch batch, long nowMs, long nextOffset)
    {
        if (!batch.HasProducerId || batch.Attributes.IsControl) return SequenceVerdict.Accept;
        _producers.TryGetValue(batch.ProducerId, out ProducerState? producer);
        if (producer is not null && IsExpired(producer, nowMs)) producer = null;
        bool isOpen = producer is { CurrentTransactionFirstOffset: >= 0 };
        if (batch.Attributes.IsTransactional != isOpen) return SequenceVerdict.Refuse(ErrorCode.InvalidTxnState);
        if (producer is null) return CheckFirst(batch, nextOffset);
        if (batch.ProducerEpoch < producer.Epoch) return SequenceVerdict.Refuse(ErrorCode.InvalidProducerEpoch);
        if (batch.ProducerEpoch > producer.Epoch && producer.Epoch != NoEpoch) return CheckFirstOfEpoch(batch);
        return CheckSequence(producer.Batches, batch.BaseSequence, batch.LastOffsetDelta);
    }

    /// <summary>Takes note of a batch that was accepted, at the offsets it was given.</summary>
    public void Update(RecordBatch batch, long nowMs)
    {
        if (BatchHeader.TryRead(batch.Bytes.Span, out BatchHeader header)) Update(header, nowMs);
    }

    /// <summary>Removes the entries of producers that are unknown by now; how many.</summary>
    public int Expire(long nowMs)
    {
        _sweptAtMs = nowMs;
        List<long>? expired = null;
        foreach (ProducerState producer in _producers.Values)
        {
            if (IsExpired(producer, nowMs)) (expired ??= []).Add(producer.ProducerId);
        }
        foreach (long producerId in expired ?? []) _producers.Remove(producerId);
        return expired?.Count ?? 0;
    }

    public ProducerStateTable Copy()
    {
        var copy = new ProducerStateTable(limits) { _sweptAtMs = _sweptAtMs };
        foreach (ProducerState producer in _producers.Values) copy.Put(producer.Copy());
        return copy;
    }

    internal void Put(ProducerState producer)
    {
        if (_producers.Count >= limits.MaxProducers && !_producers.ContainsKey(producer.ProducerId)) Evict();
        _producers[producer.ProducerId] = producer;
    }

    internal void Update(in BatchHeader batch, long nowMs)
    {
        if (batch.ProducerId < 0 || batch.Attributes.IsControl) return;
        if (nowMs - _sweptAtMs >= _expirationMs / SweepsPerExpiration || _sweptAtMs > nowMs) Expire(nowMs);
        if (!_producers.TryGetValue(batch.ProducerId, out ProducerState? producer) || IsExpired(producer, nowMs))
            Put(producer = new ProducerState(batch.ProducerId, batch.ProducerEpoch));
        int lastSequence = AddToSequence(batch.BaseSequence, batch.LastOffsetDelta);
        var last = new BatchMetadata(
            batch.BaseSequence, lastSequence, batch.BaseOffset, batch.LastOffset, batch.MaxTimestamp);
        producer.Add(batch.ProducerEpoch, last);
        producer.LastSeenMs = nowMs;
    }

    private static SequenceVerdict CheckFirst(RecordBatch batch, long nextOffset) =>
        nextOffset > 0 || batch.BaseSequence == 0
            ? SequenceVerdict.Accept
            : SequenceVerdict.Refuse(ErrorCode.OutOfOrderSequenceNumber);

    private static SequenceVerdict CheckFirstOfEpoch(RecordBatch batch) =>
        batch.BaseSequence == 0 ? SequenceVerdict.Accept : SequenceVerdict.Refuse(ErrorCode.OutOfOrderSequenceNumber);

    private static SequenceVerdict CheckSequence(
        ReadOnlySpan<BatchMetadata> batches, int firstSequence, int lastOffsetDelta)
    {
        if (batches.IsEmpty) return SequenceVerdict.Accept;
        int lastSequence = AddToSequence(firstSequence, lastOffsetDelta);
        foreach (BatchMetadata known in batches)
        {
            if (known.FirstSequence == firstSequence && known.LastSequence == lastSequence)
                return SequenceVerdict.Duplicate(known);
        }
        return AddToSequence(batches[^1].LastSequence, 1) == firstSequence
            ? SequenceVerdict.Accept
            : SequenceVerdict.Refuse(ErrorCode.OutOfOrderSequenceNumber);
    }

    private bool IsExpired(ProducerState producer, long nowMs) =>
        nowMs - producer.LastSeenMs >= _expirationMs && producer.CurrentTransactionFirstOffset < 0;

    /// <summary>Makes room: those go of whom nothing was heard for longest.</summary>
    private void Evict()
    {
        ProducerState[] bySilence = [.. _producers.Values];
        Array.Sort(bySilence, (one, other) => one.LastSeenMs.CompareTo(other.LastSeenMs));
        int count = Math.Max(1, limits.MaxProducers / EvictedShare);
        foreach (ProducerState producer in bySilence.AsSpan(0, Math.Min(count, bySilence.Length)))
            _producers.Remove(producer.ProducerId);
    }
}
