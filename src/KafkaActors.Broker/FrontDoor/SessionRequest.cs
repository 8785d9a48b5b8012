using Akka.Actor;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Serving;
using KafkaActors.Messages;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// A request of a session on its way through its handler. Whoever ends it tells the session, which gives back the
/// credit and sends the answer: all that a session counts is counted on its own thread.
/// </summary>
internal sealed class SessionRequest(
    AdmittedRequests session, long correlationId, RequestHeader header, ApiDescription api, bool isObject)
    : RequestContext(header, session.Clock), INoSerializationVerificationNeeded
{
    private IResponseMessage? _response;
    private int _isEnded;

    public long CorrelationId => correlationId;

    public ApiDescription Api => api;

    /// <summary>Whether it came as an object, and is answered by one.</summary>
    public bool IsObject => isObject;

    public RequestCredit Credit { get; set; }

    /// <summary>What it holds of the door's memory.</summary>
    public long HeldBytes { get; set; }

    /// <summary>Why there is no response; null also where none is asked for.</summary>
    public Exception? Fault { get; private set; }

    public override ClientSoftware ClientSoftware => session.Client.Software;

    public override string ClientHost => session.Client.Host;

    public override string ListenerName => FrontDoorActor.ListenerName;

    public override AppendLane Appends => session.Appends;

    public override CancellationToken Gone => session.Gone;

    public override int MaxFetchBytes => Credit.FetchBytes ?? int.MaxValue;

    protected override void Queue(IResponseMessage response)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0)
        {
            Release(response);
            return;
        }

        Volatile.Write(ref _response, response);
        session.Tell(this);
        // It may have ended before it could take the response.
        if (Gone.IsCancellationRequested) Release(TakeResponse());
    }

    public override void RespondNothing()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0) session.Tell(this);
    }

    public override void Fail(Exception cause)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0) return;
        Fault = cause;
        session.Tell(this);
    }

    /// <summary>The response, for the one who sends it; null where there is none.</summary>
    public IResponseMessage? TakeResponse() => Interlocked.Exchange(ref _response, null);

    /// <summary>Nobody waits for it any more: a response that comes, or has come, holds nothing.</summary>
    public void Drop()
    {
        Interlocked.Exchange(ref _isEnded, 1);
        Release(TakeResponse());
    }

    private static void Release(IResponseMessage? response)
    {
        if (response is FetchResponse fetched) FetchResponses.Release(fetched);
    }
}
