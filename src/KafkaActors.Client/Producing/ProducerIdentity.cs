using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Producing;

/// <summary>
/// The producer id and epoch of an idempotent producer, and whether the next ones have been asked for. Without
/// idempotence it is always ready and holds -1. Owned by the producer's actor.
/// </summary>
internal sealed class ProducerIdentity(bool isIdempotent, IActorRef cluster, TimeSpan timeout)
{
    private bool _isAsked;

    public long ProducerId { get; private set; } = -1;

    public short ProducerEpoch { get; private set; } = -1;

    public bool IsIdempotent => isIdempotent;

    public bool IsReady => !isIdempotent || ProducerId >= 0;

    public bool IsCurrentOf(PartitionPipeline pipeline) =>
        pipeline.Producer.ProducerId == ProducerId && pipeline.Producer.ProducerEpoch == ProducerEpoch;

    /// <summary>
    /// Asks any node for an id, or for the next epoch of the one there is. Apache Kafka gives another id instead.
    /// </summary>
    public void Request()
    {
        if (_isAsked) return;
        _isAsked = true;
        var request = new InitProducerIdRequest
        {
            TransactionalId = null,
            // As Kafka's producers say without transactions.
            TransactionTimeoutMs = int.MaxValue,
            ProducerId = ProducerId,
            ProducerEpoch = ProducerEpoch,
        };
        cluster.Tell(new ClusterProtocol.AskAny(this, request, timeout));
    }

    /// <summary>Takes what was assigned; anything else is the error, and its message.</summary>
    public (ErrorCode Error, string Message) Learn(ConnectionProtocol.Answered answered)
    {
        _isAsked = false;
        var assigned = answered.Response as InitProducerIdResponse;
        ErrorCode error = assigned?.ErrorCode ?? answered.Error;
        if (assigned is not null && error == ErrorCode.None)
            (ProducerId, ProducerEpoch) = (assigned.ProducerId, assigned.ProducerEpoch);
        return (error, answered.Message ?? error.ToString());
    }

    /// <summary>The cluster no longer takes this id: the next question is for a new one.</summary>
    public void Forget() => (ProducerId, ProducerEpoch) = (-1, -1);
}
