using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Network.Versions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// How one session is given requests, and gives back their responses: as objects where it is in this ActorSystem, as
/// frames over Akka.Remote. Whoever asks cannot tell which. Owned by <see cref="SessionRequests"/>.
/// </summary>
internal abstract class SessionCarrier(SessionProtocol.Connected session, IActorRef connection, string clientId)
{
    public BrokerVersions Versions { get; } = BrokerVersions.Of($"node {session.Node}", session.Apis);

    protected IActorRef Session => session.Session;

    protected IActorRef Connection => connection;

    public static SessionCarrier Of(SessionProtocol.Connected session, IActorRef connection, string clientId) =>
        session.Session is IActorRefScope { IsLocal: true }
            ? new ObjectCarrier(session, connection, clientId)
            : new FrameCarrier(session, connection, clientId);

    /// <summary>
    /// Sets the request's credit, but for what it fetches, and whatever else can be done before it is sent.
    /// </summary>
    /// <returns>Why it cannot be sent at all, in which case it is dropped; else null.</returns>
    public abstract string? Prepare(PendingRequest pending);

    /// <summary>Sends what was prepared.</summary>
    public abstract void Send(long correlationId, PendingRequest pending);

    /// <summary>Takes a response, or a part of one.</summary>
    /// <returns>Null while there is more to come.</returns>
    public abstract ConnectionProtocol.Answered? Receive(PendingRequest pending, IReply reply);

    protected RequestHeader HeaderOf(PendingRequest pending) =>
        new((short)pending.Ask.Request.Api, pending.Version, CorrelationId: 0, clientId);

    /// <summary>The request as its version has it.</summary>
    protected static IRequestMessage MessageOf(PendingRequest pending) =>
        MessageShapes.Older(pending.Ask.Request, pending.Version);

    protected static ConnectionProtocol.Answered Answer(PendingRequest pending, IResponseMessage response) => new(
        pending.Ask.Tag,
        MessageShapes.Newer(pending.Ask.Request, response, pending.Version),
        pending.Version,
        ErrorCode.None,
        null);

    protected static ConnectionProtocol.Answered Fail(PendingRequest pending, string message) =>
        new(pending.Ask.Tag, null, pending.Version, ErrorCode.UnknownServerError, message);
}
