using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Messages;
using KafkaActors.Protocol;

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

    /// <summary>Asks any node for an id, or for the next epoch of the one there is.</summary>
    public void Request()
    {
        if (_isAsked) return;
        _isAsked = true;
        (long id, short epoch) = (ProducerId, ProducerEpoch);
        cluster.Tell(new ClusterProtocol.CallAny(
            this, call => new ProduceProtocol.InitProducerId(call, id, epoch), timeout));
    }

    /// <summary>Takes what was assigned; anything else is the error, and its message.</summary>
    public (ErrorCode Error, string Message) Learn(ConnectionProtocol.Called called)
    {
        _isAsked = false;
        var assigned = called.Reply as ProduceProtocol.ProducerIdAssigned;
        ErrorCode error = assigned?.Error ?? called.Error;
        if (assigned is not null && error == ErrorCode.None)
            (ProducerId, ProducerEpoch) = (assigned.ProducerId, assigned.ProducerEpoch);
        return (error, assigned?.Message ?? called.Message ?? error.ToString());
    }

    /// <summary>The cluster no longer takes this id: the next question is for a new one.</summary>
    public void Forget() => (ProducerId, ProducerEpoch) = (-1, -1);
}
