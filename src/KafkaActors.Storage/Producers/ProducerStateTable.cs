using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// What the idempotent producers of one partition wrote last, and the judgement of their next batch by it (KIP-98).
/// Pure: no clock, no disk, no lock; its owner is the only one to call it. A log keeps one that follows its appends,
/// the partition's actor judges by a copy of its own.
/// </summary>
public sealed class ProducerStateTable
{
    private const short NoEpoch = -1;

    private readonly Dictionary<long, ProducerState> _producers = [];

    public int Count => _producers.Count;

    public IEnumerable<ProducerState> Producers => _producers.Values;

    public ProducerState? Find(long producerId) => _producers.GetValueOrDefault(producerId);

    /// <summary>The sequence after a batch's first one by so many records; it wraps from int.MaxValue to 0.</summary>
    public static int AddToSequence(int sequence, int increment) =>
        sequence > int.MaxValue - increment ? increment - (int.MaxValue - sequence) - 1 : sequence + increment;

    /// <summary>Judges a batch. A batch without a producer id and a control batch are always accepted.</summary>
    public SequenceVerdict Check(RecordBatch batch)
    {
        if (!batch.HasProducerId || batch.Attributes.IsControl) return SequenceVerdict.Accept;
        if (!_producers.TryGetValue(batch.ProducerId, out ProducerState? producer)) return SequenceVerdict.Accept;
        if (batch.ProducerEpoch < producer.Epoch) return SequenceVerdict.Refuse(ErrorCode.InvalidProducerEpoch);
        if (batch.ProducerEpoch > producer.Epoch && producer.Epoch != NoEpoch) return CheckFirstOfEpoch(batch);
        return CheckSequence(producer.Batches, batch.BaseSequence, batch.LastOffsetDelta);
    }

    /// <summary>Takes note of a batch that was accepted, at the offsets it was given.</summary>
    public void Update(RecordBatch batch)
    {
        if (BatchHeader.TryRead(batch.Bytes.Span, out BatchHeader header)) Update(header);
    }

    /// <summary>Forgets producers whose last batch is older than the expiration time; how many.</summary>
    public int Expire(long nowMs, long expirationMs)
    {
        List<long>? expired = null;
        foreach (ProducerState producer in _producers.Values)
        {
            bool inTransaction = producer.CurrentTransactionFirstOffset >= 0;
            bool isOld = nowMs - producer.LastTimestamp >= expirationMs;
            if (isOld && !inTransaction) (expired ??= []).Add(producer.ProducerId);
        }
        foreach (long producerId in expired ?? []) _producers.Remove(producerId);
        return expired?.Count ?? 0;
    }

    public ProducerStateTable Copy()
    {
        var copy = new ProducerStateTable();
        foreach (ProducerState producer in _producers.Values) copy.Put(producer.Copy());
        return copy;
    }

    internal void Put(ProducerState producer) => _producers[producer.ProducerId] = producer;

    internal void Update(in BatchHeader batch)
    {
        if (batch.ProducerId < 0 || batch.Attributes.IsControl) return;
        if (!_producers.TryGetValue(batch.ProducerId, out ProducerState? producer))
            Put(producer = new ProducerState(batch.ProducerId, batch.ProducerEpoch));
        int lastSequence = AddToSequence(batch.BaseSequence, batch.LastOffsetDelta);
        var last = new ProducerBatch(
            batch.BaseSequence, lastSequence, batch.BaseOffset, batch.LastOffset, batch.MaxTimestamp);
        producer.Add(batch.ProducerEpoch, last);
    }

    private static SequenceVerdict CheckFirstOfEpoch(RecordBatch batch) =>
        batch.BaseSequence == 0 ? SequenceVerdict.Accept : SequenceVerdict.Refuse(ErrorCode.OutOfOrderSequenceNumber);

    private static SequenceVerdict CheckSequence(
        ReadOnlySpan<ProducerBatch> batches, int firstSequence, int lastOffsetDelta)
    {
        if (batches.IsEmpty) return SequenceVerdict.Accept;
        int lastSequence = AddToSequence(firstSequence, lastOffsetDelta);
        foreach (ProducerBatch known in batches)
        {
            if (known.FirstSequence == firstSequence && known.LastSequence == lastSequence)
                return SequenceVerdict.Duplicate(known);
        }
        return AddToSequence(batches[^1].LastSequence, 1) == firstSequence
            ? SequenceVerdict.Accept
            : SequenceVerdict.Refuse(ErrorCode.OutOfOrderSequenceNumber);
    }
}
