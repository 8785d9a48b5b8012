using Akka.Actor;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Handlers;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Messages.SessionProtocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// Sends one client's responses: as objects within its ActorSystem, whose records are in memory, or as parts of frames.
/// Records are copied from the log's pages once, and where that may wait for the disk it is done on a thread that may.
/// </summary>
internal sealed class SessionResponses(Bulkhead coldReads, IActorRef session, IActorRef client)
{
    public void Send(IReply reply) => client.Tell(reply, session);

    /// <summary>Sends the response, and lets go of the logs it refers to.</summary>
    public void Send(SessionRequest request, IResponseMessage response)
    {
        if (response is not FetchResponse fetched || !FetchResponses.IsCold(fetched)) Write(request, response);
        else if (!coldReads.Post(() => Write(request, response))) FetchResponses.Release(fetched);
    }

    private void Write(SessionRequest request, IResponseMessage response)
    {
        var fetched = response as FetchResponse;
        try
        {
            if (!request.IsObject)
            {
                WriteFrame(request, response);
                return;
            }

            if (fetched is not null) FetchResponses.MoveToMemory(fetched);
            Send(new Response(request.CorrelationId, response));
        }
        catch (Exception cause)
        {
            // A log that cannot be read, or a response that its version cannot say.
            Send(new Refused(request.CorrelationId, ErrorCode.UnknownServerError, cause.Message));
        }
        finally
        {
            if (fetched is not null) FetchResponses.Release(fetched);
            request.Mark(RequestStage.Sent);
        }
    }

    private void WriteFrame(SessionRequest request, IResponseMessage response)
    {
        using var writer = new ProtocolWriter();
        short version = request.Api.Versions.Contains(request.Version) ? request.Version : (short)0;
        ResponseHeader.Write(writer, request.Api.Key, version, correlationId: 0);
        response.Write(writer, version);
        if (writer.TotalLength > MaxFrameBytes)
        {
            string reason = $"The response has {writer.TotalLength} bytes.";
            Send(new Refused(request.CorrelationId, ErrorCode.MessageTooLarge, reason));
            return;
        }

        foreach (FramePart part in FrameParts.Of(request.CorrelationId, writer)) Send(part);
    }
}
