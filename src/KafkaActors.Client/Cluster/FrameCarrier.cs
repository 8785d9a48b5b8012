using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// A session of another ActorSystem: requests and responses are frames of Kafka's codec, in parts. Which response is
/// whose, the message around the frame says: the frame's own correlation id is 0.
/// </summary>
internal sealed class FrameCarrier(SessionProtocol.Connected session, IActorRef connection, string clientId)
    : SessionCarrier(session, connection, clientId)
{
    public override string? Prepare(PendingRequest pending)
    {
        if (pending.Frame is not null) return null;
        var writer = new ProtocolWriter();
        try
        {
            HeaderOf(pending).Write(writer);
            MessageOf(pending).Write(writer, pending.Version);
        }
        catch (InvalidOperationException fault)
        {
            writer.Dispose();
            return fault.Message;
        }

        pending.Frame = writer;
        int bytes = (int)Math.Min(writer.TotalLength, int.MaxValue);
        pending.Credit = new RequestCredit(pending.Ask.Request is ProduceRequest, bytes, null);
        return null;
    }

    public override void Send(long correlationId, PendingRequest pending)
    {
        using ProtocolWriter frame = pending.Frame!;
        pending.Frame = null;
        foreach (SessionProtocol.FramePart part in FrameParts.Of(correlationId, frame)) Session.Tell(part, Connection);
    }

    public override ConnectionProtocol.Answered? Receive(PendingRequest pending, IReply reply)
    {
        if (reply is not SessionProtocol.FramePart part)
            return Fail(pending, $"the node answered with a {reply.GetType().Name}.");
        if (part.IsWhole) return Read(pending, part.Bytes);
        if (part.IsFirst && part.FrameBytes is <= 0 or > SessionProtocol.MaxFrameBytes)
            return Fail(pending, $"the node's response has {part.FrameBytes} bytes.");
        if (part.IsFirst) pending.Response ??= new FrameAssembly(part.FrameBytes);
        if (pending.Response?.TryAdd(part) != true)
            return Fail(pending, $"a part of the response at {part.Position} does not follow the one before.");
        return pending.Response.IsWhole ? Read(pending, pending.Response.Bytes) : null;
    }

    private static ConnectionProtocol.Answered Read(PendingRequest pending, ReadOnlyMemory<byte> frame)
    {
        try
        {
            ApiMessages.TryGet((short)pending.Ask.Request.Api, out ApiDescription? api);
            var reader = new ProtocolReader(frame) { TagLimit = uint.MaxValue };
            ResponseHeader.Read(ref reader, api!.Key, pending.Version);
            return Answer(pending, api.ReadResponse(ref reader, pending.Version));
        }
        catch (ProtocolViolationException fault)
        {
            return Fail(pending, fault.Message);
        }
    }
}
