using Akka.Actor;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Messages;

/// <summary>
/// How a client's connection actor and a node meet, and how Kafka's requests and responses go between them. The client
/// sends <see cref="Connect"/> to the node's front door (<see cref="FrontDoorPath"/>, the only well-known address) and
/// is given a session actor, which takes every other message. Within one ActorSystem a request and its response pass
/// as they are (<see cref="Request"/>, <see cref="Response"/>); over Akka.Remote they are frames of Kafka's codec, in
/// parts (<see cref="FramePart"/>). Each request is answered once: by its response, by <see cref="Served"/> where it
/// asks for none, or by <see cref="Refused"/>.
/// Akka.Remote has no back-pressure: what a client has under way is bounded by the windows that it is granted (see
/// <see cref="SessionCredit"/>), which both sides count. Neither side watches the other: a watched peer that falls
/// silent would be quarantined for good. Instead the client sends <see cref="KeepAlive"/>, and each side gives up when
/// it has heard nothing for the idle timeout.
/// </summary>
public static class SessionProtocol
{
    /// <summary>The front door's path in a node's ActorSystem.</summary>
    public const string FrontDoorPath = "/user/kafka-actors/front-door";

    /// <summary>Raised when a message's layout changes incompatibly.</summary>
    public const int Version = 2;

    /// <summary>A part carries at most this many bytes of a frame.</summary>
    public const int PartBytes = 64 * 1024;

    /// <summary>The longest frame in either direction: Kafka's own default for a request on a socket.</summary>
    public const int MaxFrameBytes = 100 * 1024 * 1024;

    /// <param name="ClientId">For logs and quotas.</param>
    /// <param name="SoftwareName">As in ApiVersions (KIP-511).</param>
    /// <param name="ProtocolVersion">The client's <see cref="Version"/>.</param>
    public sealed record Connect(
        long CorrelationId, string ClientId, string SoftwareName, string SoftwareVersion, int ProtocolVersion)
        : ICommand, ICorrelated;

    /// <param name="Session">Takes all further messages of this client.</param>
    /// <param name="RequestWindowBytes">How many bytes of requests with records the client may have under way, and as
    /// many of those without.</param>
    /// <param name="FetchWindowBytes">The most bytes that a client may ask for in fetches under way.</param>
    /// <param name="IdleTimeout">The session ends when it has heard nothing for this long.</param>
    /// <param name="Apis">What the node serves, as its answer to ApiVersions has it.</param>
    public sealed record Connected(
        long CorrelationId,
        IActorRef Session,
        NodeId Node,
        string ClusterId,
        int RequestWindowBytes,
        int FetchWindowBytes,
        TimeSpan IdleTimeout,
        IReadOnlyList<ApiVersionsResponse.ApiVersion> Apis) : IReply, ICorrelated;

    /// <summary>
    /// One request. It belongs to the receiver, its records' bytes with it: the leader writes offsets into them.
    /// </summary>
    public sealed record Request(long CorrelationId, RequestHeader Header, IRequestMessage Message)
        : ICommand, ICorrelated, INoSerializationVerificationNeeded;

    /// <summary>One response, in the version of its request. All its records are in memory.</summary>
    public sealed record Response(long CorrelationId, IResponseMessage Message)
        : IReply, ICorrelated, INoSerializationVerificationNeeded;

    /// <summary>
    /// A part of a request's or response's frame: header and body as they stand on a socket, without the length before
    /// them. Parts follow each other without gap or overlap, one frame after the other; one that does not ends its
    /// request, and no other.
    /// </summary>
    /// <param name="FrameBytes">Of the whole frame.</param>
    /// <param name="Position">Where in the frame these bytes stand.</param>
    public sealed record FramePart(long CorrelationId, int FrameBytes, int Position, ReadOnlyMemory<byte> Bytes)
        : ICommand, IReply, ICorrelated
    {
        public bool IsFirst => Position == 0;

        public bool IsWhole => IsFirst && Bytes.Length == FrameBytes;
    }

    /// <summary>A request that asks for no response has been handled: it has left the window.</summary>
    public sealed record Served(long CorrelationId) : IReply, ICorrelated;

    /// <summary>
    /// A request that was not understood or not accepted; <paramref name="Message"/> says why.
    /// </summary>
    public sealed record Refused(long CorrelationId, ErrorCode Error, string Message) : IReply, ICorrelated;

    public sealed record KeepAlive(long CorrelationId) : ICommand, ICorrelated;

    public sealed record Alive(long CorrelationId) : IReply, ICorrelated;

    /// <summary>Ends the session at once. Not answered.</summary>
    public sealed record Disconnect : ICommand;

    /// <summary>The node is going away, or has dropped the session: connect again.</summary>
    public sealed record SessionEnded(string Reason) : IReply;
}
