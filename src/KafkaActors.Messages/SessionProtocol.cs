using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Messages;

/// <summary>
/// How a client's connection actor and a node meet. The client sends <see cref="Connect"/> to the node's front door
/// (<see cref="FrontDoorPath"/>, the only well-known address) and is given a session actor, which takes every other
/// message. Neither side watches the other: a watched peer that falls silent would be quarantined for good. Instead
/// the client sends <see cref="KeepAlive"/>, and each side gives up when it has heard nothing for the idle timeout.
/// </summary>
public static class SessionProtocol
{
    /// <summary>The front door's path in a node's ActorSystem.</summary>
    public const string FrontDoorPath = "/user/kafka-actors/front-door";

    /// <summary>Raised when a message's layout changes incompatibly.</summary>
    public const int Version = 1;

    /// <summary>A message carries at most this many payload bytes; longer batches go in chunks.</summary>
    public const int ChunkBytes = 64 * 1024;

    /// <param name="ClientId">For logs and quotas.</param>
    /// <param name="ProtocolVersion">The client's <see cref="Version"/>.</param>
    public sealed record Connect(long CorrelationId, string ClientId, int ProtocolVersion) : ICommand, ICorrelated;

    /// <param name="Session">Takes all further messages of this client.</param>
    /// <param name="ProduceWindowBytes">How many bytes of unanswered batches the client may have under way.</param>
    /// <param name="FetchWindowBytes">The most bytes that a client may ask for in fetches under way.</param>
    /// <param name="IdleTimeout">The session ends when it has heard nothing for this long.</param>
    public sealed record Connected(
        long CorrelationId,
        IActorRef Session,
        NodeId Node,
        string ClusterId,
        int ProduceWindowBytes,
        int FetchWindowBytes,
        TimeSpan IdleTimeout) : IReply, ICorrelated;

    /// <summary>
    /// A request that was not understood or not accepted; <paramref name="Message"/> says why. Also the answer of a
    /// session to a request it cannot match to any conversation.
    /// </summary>
    public sealed record Refused(long CorrelationId, ErrorCode Error, string Message) : IReply, ICorrelated;

    public sealed record KeepAlive(long CorrelationId) : ICommand, ICorrelated;

    public sealed record Alive(long CorrelationId) : IReply, ICorrelated;

    /// <summary>Ends the session at once. Not answered.</summary>
    public sealed record Disconnect : ICommand;

    /// <summary>The node is going away, or has dropped the session: connect again.</summary>
    public sealed record SessionEnded(string Reason) : IReply;
}
