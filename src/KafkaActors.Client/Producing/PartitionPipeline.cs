using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Producing;

/// <summary>
/// The batches of one partition between the queue and their answers, in the order of their sequences. Decides what an
/// answer means; knows no clock and no actor.
/// Order: after a failure nothing new leaves and nothing is sent again until every batch under way is answered; then
/// those that are left go again, in order.
/// Sequences: a batch that the leader refuses because something before it is missing was not appended, nor was any
/// after
/// it. When it is the first, what is missing will never come: all go again from sequence 0 under a new epoch
/// (<see cref="PipelineVerdict.Rewrite"/>). So a batch whose fate is unknown is never sent under another epoch than its
/// own.
/// </summary>
internal sealed class PartitionPipeline(ProducerSettings settings)
{
    private readonly List<ProducerBatch> _batches = [];
    private int _underWay;
    private int _nextSequence;

    /// <summary>
    /// Under which its sequences count; -1 before the first batch, and when the producer is not idempotent.
    /// </summary>
    public ProducerSequence Producer { get; private set; } = ProducerSequence.None;

    public bool IsEmpty => _batches.Count == 0;

    public bool IsIdle => _underWay == 0;

    /// <summary>Batches are waiting to be sent again.</summary>
    public bool HasRetries => _batches.Count > _underWay;

    public bool NeedsRewrite { get; private set; }

    public bool CanTakeNew => !HasRetries && !NeedsRewrite && _batches.Count < settings.MaxInFlight;

    /// <summary>No retry before this timestamp of the clock.</summary>
    public long RetryAt { get; set; }

    public IReadOnlyList<ProducerBatch> Batches => _batches;

    /// <summary>Sequences begin again under another producer id or epoch; only while nothing is here.</summary>
    public void StartProducer(long producerId, short producerEpoch)
    {
        if (!IsEmpty) throw new InvalidOperationException("Batches of the former epoch are still here.");
        Producer = new ProducerSequence(producerId, producerEpoch, 0);
        _nextSequence = 0;
    }

    /// <summary>Builds a new batch in its place and counts it as sent.</summary>
    public void Add(ProducerBatch batch)
    {
        batch.Build(NextSequence(batch.RecordCount));
        _batches.Add(batch);
        MarkSent(batch);
    }

    public void Resend(Action<ProducerBatch> send)
    {
        foreach (ProducerBatch batch in _batches)
        {
            MarkSent(batch);
            send(batch);
        }
    }

    /// <summary>All that is left begins again at sequence 0 under a new epoch.</summary>
    public void Rewrite(long producerId, short producerEpoch)
    {
        Producer = new ProducerSequence(producerId, producerEpoch, 0);
        _nextSequence = 0;
        foreach (ProducerBatch batch in _batches) batch.Rewrite(NextSequence(batch.RecordCount));
        NeedsRewrite = false;
    }

    /// <summary>Judges an answer; a batch that is completed or failed is no longer here afterwards.</summary>
    public PipelineVerdict Answer(ProducerBatch batch, ErrorCode error)
    {
        batch.IsUnderWay = false;
        _underWay--;
        if (error is ErrorCode.None or ErrorCode.DuplicateSequenceNumber)
            return Remove(batch, PipelineVerdict.Complete);
        bool mayRetry = batch.Attempts <= settings.Retries;
        if (mayRetry && Producer.ProducerId >= 0 && IsSequenceError(error))
        {
            if (_batches[0] != batch) return PipelineVerdict.Retry;
            NeedsRewrite = true;
            return PipelineVerdict.Rewrite;
        }

        return mayRetry && error.IsRetriable() ? PipelineVerdict.Retry : Remove(batch, PipelineVerdict.Fail);
    }

    /// <summary>Gives up a batch that waits to be sent again.</summary>
    public void Drop(ProducerBatch batch)
    {
        _batches.Remove(batch);
        if (_batches.Count == 0) NeedsRewrite = false;
    }

    private static bool IsSequenceError(ErrorCode error) => error is
        ErrorCode.OutOfOrderSequenceNumber or ErrorCode.UnknownProducerId or ErrorCode.InvalidProducerEpoch
        or ErrorCode.InvalidProducerIdMapping;

    private PipelineVerdict Remove(ProducerBatch batch, PipelineVerdict verdict)
    {
        _batches.Remove(batch);
        return verdict;
    }

    private void MarkSent(ProducerBatch batch)
    {
        batch.Attempts++;
        batch.IsUnderWay = true;
        _underWay++;
    }

    /// <summary>Sequences wrap past the greatest integer to 0.</summary>
    private ProducerSequence NextSequence(int records)
    {
        if (Producer.ProducerId < 0) return ProducerSequence.None;
        ProducerSequence sequence = Producer with { BaseSequence = _nextSequence };
        _nextSequence = (int)(((long)_nextSequence + records) % ((long)int.MaxValue + 1));
        return sequence;
    }
}
