using Akka.Actor;

namespace KafkaActors.Client.Cluster;

/// <summary>A request of one session that waits for its answer.</summary>
/// <param name="Deadline">A timestamp of the clock.</param>
/// <param name="WindowBytes">What it holds of its window: bytes of a batch, or the most a fetch may bring.</param>
internal sealed record PendingRequest(
    ConnectionProtocol.IRequest Request, IActorRef ReplyTo, long Deadline, int WindowBytes);
