namespace KafkaActors.Client.Producing;

/// <summary>
/// The producer id and epoch of an idempotent producer, and whether the next ones have been asked for. Without
/// idempotence it is always ready and holds -1. Owned by the producer's actor.
/// </summary>
internal sealed class ProducerIdentity(bool isIdempotent)
{
    public long ProducerId { get; private set; } = -1;

    public short ProducerEpoch { get; private set; } = -1;

    public bool IsAsked { get; set; }

    public bool IsIdempotent => isIdempotent;

    public bool IsReady => !isIdempotent || ProducerId >= 0;

    public bool IsCurrentOf(PartitionPipeline pipeline) =>
        pipeline.Producer.ProducerId == ProducerId && pipeline.Producer.ProducerEpoch == ProducerEpoch;

    public void Assign(long producerId, short producerEpoch)
    {
        ProducerId = producerId;
        ProducerEpoch = producerEpoch;
        IsAsked = false;
    }

    /// <summary>The cluster no longer takes this id: the next question is for a new one.</summary>
    public void Forget() => Assign(-1, -1);
}
