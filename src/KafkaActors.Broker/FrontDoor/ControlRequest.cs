using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// A client's request that is with the controller, and then, with its answer in hand, waits for this node's image.
/// Owned by <see cref="ControlRequests"/>.
/// </summary>
/// <param name="OnCommitted">The answer to the client, from what the controller said.</param>
/// <param name="OnFailed">The answer when there is none in time, or none at all.</param>
internal sealed record ControlRequest(
    IActorRef Client, DateTimeOffset Deadline, Func<IReply, IReply> OnCommitted, Func<ErrorCode, IReply> OnFailed)
{
    /// <summary>What the controller said; null while it has not.</summary>
    public IReply? Answer { get; set; }

    /// <summary>The offset that the image must reach before the answer leaves.</summary>
    public MetadataOffset Offset { get; set; }
}
