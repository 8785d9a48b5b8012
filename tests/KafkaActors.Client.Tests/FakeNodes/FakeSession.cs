using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>
/// One client's session at a fake node. Answers as a node does, but for the faults it is told to show.
/// </summary>
internal sealed class FakeSession(FakeCluster cluster, NodeId node, IActorRef client) : UntypedActor
{
    private readonly FakeRequests _requests = new(cluster, node);
    private readonly Dictionary<long, FrameAssembly> _arriving = [];
    private readonly int _mutings = cluster.Mutings;

    protected override void OnReceive(object message)
    {
        if (_mutings != cluster.Mutings) return;
        if (message is ICommand and not (SessionProtocol.FramePart or SessionProtocol.Request))
            cluster.Received.Enqueue(message);
        switch (message)
        {
            case SessionProtocol.FramePart part: Receive(part); break;
            case SessionProtocol.Request request: Serve(client, request); break;
            case SessionProtocol.KeepAlive alive: client.Tell(new SessionProtocol.Alive(alive.CorrelationId)); break;
            case SessionProtocol.Disconnect: Context.Stop(Self); break;
            case FakeNode.End: client.Tell(new SessionProtocol.SessionEnded("told to")); Context.Stop(Self); break;
        }
    }

    private void Serve(IActorRef asker, SessionProtocol.Request request)
    {
        cluster.Received.Enqueue(request.Message);
        _requests.Serve(request.Message, response => asker.Tell(
            new SessionProtocol.Response(request.CorrelationId, response), ActorRefs.NoSender));
    }

    private void Receive(SessionProtocol.FramePart part)
    {
        if (part.IsFirst) _arriving.Add(part.CorrelationId, new FrameAssembly(part.FrameBytes));
        FrameAssembly frame = _arriving[part.CorrelationId];
        bool isNext = frame.TryAdd(part) && part.Bytes.Length <= SessionProtocol.PartBytes;
        if (!isNext) client.Tell(Refuse(part.CorrelationId, "not the next part"));
        if (isNext && !frame.IsWhole) return;
        _arriving.Remove(part.CorrelationId);
        if (isNext) Serve(part.CorrelationId, frame.Bytes);
    }

    private void Serve(long correlationId, ReadOnlyMemory<byte> frame)
    {
        var reader = new ProtocolReader(frame);
        RequestHeader header = RequestHeader.Read(ref reader);
        ApiMessages.TryGet(header.Key, out ApiDescription? api);
        IRequestMessage request = api!.ReadRequest(ref reader, header.Version);
        cluster.Received.Enqueue(request);
        _requests.Serve(request, response => Respond(client, correlationId, header, response));
    }

    /// <summary>From any thread.</summary>
    private static void Respond(IActorRef client, long correlationId, RequestHeader header, IResponseMessage response)
    {
        using var writer = new ProtocolWriter();
        ResponseHeader.Write(writer, header.Api, header.Version, correlationId: 0);
        response.Write(writer, header.Version);
        foreach (SessionProtocol.FramePart part in FrameParts.Of(correlationId, writer))
            client.Tell(part, ActorRefs.NoSender);
    }

    private static SessionProtocol.Refused Refuse(long correlationId, string reason) =>
        new(correlationId, ErrorCode.InvalidRequest, reason);
}
