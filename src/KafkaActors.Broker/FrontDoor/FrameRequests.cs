using Akka.Actor;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Serving;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// One client actor's requests in Kafka's own protocol: served by the same handlers as the Kafka port's, as if they
/// had come in on a listener whose addresses are the nodes' Akka doors. Owned by a <see cref="ClientSession"/>.
/// </summary>
internal sealed class FrameRequests(ApiHandlers handlers, AppendLane appends, IActorRef session, IActorRef client)
{
    /// <summary>The listener under which nodes register their Akka doors.</summary>
    public const string ListenerName = "AKKA";

    private readonly AppendLane _appends = appends;

    private string ClientHost => client.Path.Address.Host ?? "local";

    public void Begin(KafkaProtocol.Request request)
    {
        if (request.Frame.Length > KafkaProtocol.MaxFrameBytes)
        {
            Refuse(request.CorrelationId, ErrorCode.InvalidRequest, $"A frame has {request.Frame.Length} bytes.");
            return;
        }

        try
        {
            // Its own copy: what is kept of a message must not keep the remoting's buffer.
            ReadOnlyMemory<byte> frame = request.Frame.ToArray();
            var reader = new ProtocolReader(frame);
            RequestHeader header = RequestHeader.Read(ref reader);
            IApiHandler handler = handlers.Find(header, out ApiDescription api);
            IRequestMessage message = ApiHandlers.Read(api, header, ref reader);
            handler.Handle(message, new Context(this, request.CorrelationId, header, api));
        }
        catch (ProtocolViolationException violation)
        {
            Refuse(request.CorrelationId, ErrorCode.InvalidRequest, violation.Message);
        }
    }

    private void Refuse(long correlationId, ErrorCode error, string message) =>
        client.Tell(new SessionProtocol.Refused(correlationId, error, message), session);

    private void Answer(long correlationId, ReadOnlyMemory<byte> frame)
    {
        if (frame.Length <= KafkaProtocol.MaxFrameBytes)
            client.Tell(new KafkaProtocol.Response(correlationId, frame), session);
        else
            Refuse(correlationId, ErrorCode.MessageTooLarge, $"The answer has {frame.Length} bytes.");
    }

    /// <summary>A frame's way through its handler; the answer goes to the client from whatever thread has it.</summary>
    private sealed class Context(FrameRequests owner, long correlationId, RequestHeader header, ApiDescription api)
        : RequestContext(header)
    {
        public override string ClientHost => $"/{owner.ClientHost}";

        public override string ListenerName => FrameRequests.ListenerName;

        public override AppendLane Appends => owner._appends;

        public override void Respond(IResponseMessage response)
        {
            using var writer = new ProtocolWriter();
            short version = ApiHandlers.AnswerVersion(api, Header);
            ResponseFrame.Write(writer, api.Key, version, Header.CorrelationId, response);
            owner.Answer(correlationId, writer.ToArray().AsMemory(sizeof(int)));
        }

        public override void RespondNothing() =>
            owner.Refuse(correlationId, ErrorCode.InvalidRequest, "The request asks for no answer.");

        public override void Fail(Exception cause) =>
            owner.Refuse(correlationId, ErrorCode.UnknownServerError, cause.Message);
    }

}
