using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Serving;

/// <summary>What is asked of this node's <see cref="ProducerIdSource"/>. Stays on the node.</summary>
internal static class ProducerIdProtocol
{
    /// <summary>An id for a new producer, or the next epoch of one that has an id.</summary>
    /// <param name="ProducerId">-1 for a new one.</param>
    internal sealed record Assign(long ProducerId, short ProducerEpoch) : INoSerializationVerificationNeeded;

    /// <param name="ProducerId">-1 with an error.</param>
    internal sealed record Assigned(ErrorCode Error, long ProducerId, short ProducerEpoch)
        : INoSerializationVerificationNeeded;
}
