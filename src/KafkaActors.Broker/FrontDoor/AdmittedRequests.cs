using Akka.Actor;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Serving;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// One client's requests from their first part to their answer: counted against its windows
/// and the door's memory, put together where they come in parts, handed to the handlers that serve the Kafka port as
/// well, and answered. What a client sends beyond its windows, or wrongly, is refused, and nothing else of its suffers.
/// Owned by a <see cref="ClientSession"/>: all but <see cref="Tell"/> is called by it alone.
/// </summary>
// Requests that outlive the session still hold its token; without a timer its source has nothing to dispose of.
#pragma warning disable CA1001 // see above
internal sealed class AdmittedRequests
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _gone = new();
    private readonly NodeServices _services;
    private readonly ApiHandlers _handlers;
    private readonly MemoryBudget _memory;
    private readonly IActorRef _session;
    private readonly SessionResponses _responses;
    private readonly SessionCredit _credit;
    private readonly Dictionary<long, SessionRequest> _underWay = [];
    private readonly Dictionary<long, ArrivingRequest> _arriving = [];

    public AdmittedRequests(
        NodeServices services, ApiHandlers handlers, MemoryBudget memory, SessionClient client, IActorRef session)
    {
        _services = services;
        _handlers = handlers;
        _memory = memory;
        _session = session;
        Client = client;
        Gone = _gone.Token;
        Appends = new AppendLane(services.Compression, services.Clock, Gone);
        _responses = new SessionResponses(services.ColdReads, session, client.Connection);
        _credit = new SessionCredit(services.Settings.MaxRequestsPerSession);
        _credit.Open(services.Settings.ProduceWindowBytes, services.Settings.FetchWindowBytes);
    }

    public SessionClient Client { get; }

    public TimeProvider Clock => _services.Clock;

    public AppendLane Appends { get; }

    /// <summary>Canceled when the session has ended.</summary>
    public CancellationToken Gone { get; }

    /// <summary>A request has its answer, or will have none. Any thread.</summary>
    public void Tell(SessionRequest answered) => _session.Tell(answered, ActorRefs.NoSender);

    public void Begin(SessionProtocol.Request sent)
    {
        if (Find(sent.CorrelationId, sent.Header, out ApiDescription? api) is not { } handler) return;
        var request = new SessionRequest(this, sent.CorrelationId, sent.Header, api!, isObject: true);
        if (TryAdmit(request, RequestCredit.OfObject(sent.Message))) Serve(request, handler, sent.Message);
    }

    /// <summary>A part that belongs to no request is the rest of one that was refused: it is dropped.</summary>
    public void Receive(SessionProtocol.FramePart part)
    {
        if (part.IsFirst) Begin(part);
        else if (_arriving.TryGetValue(part.CorrelationId, out ArrivingRequest? arriving)) Continue(arriving, part);
    }

    /// <summary>
    /// Answers a request. Whoever asked for no response hears of a failure as of a lost connection, as from the Kafka
    /// port.
    /// </summary>
    public void Answer(SessionRequest request)
    {
        if (!End(request)) return;
        if (request.TakeResponse() is { } response) _responses.Send(request, response);
        else if (request.Fault is { } fault) Refuse(request.CorrelationId, ErrorOf(fault), fault.Message);
        else _responses.Send(new SessionProtocol.Served(request.CorrelationId));
    }

    /// <summary>Refuses what its handler did not answer in its time.</summary>
    public void Expire(DateTimeOffset now)
    {
        if (_underWay.Count == 0) return;
        foreach (SessionRequest request in _underWay.Values.Where(request => request.Deadline <= now).ToArray())
        {
            request.Drop();
            End(request);
            Refuse(request.CorrelationId, ErrorCode.RequestTimedOut, "The request was not answered in its time.");
        }
    }

    /// <summary>The session ends.</summary>
    public void Abandon()
    {
        _gone.Cancel();
        foreach (SessionRequest request in _underWay.Values.ToArray())
        {
            request.Drop();
            End(request);
        }
    }

    private void Begin(SessionProtocol.FramePart first)
    {
        if (first.FrameBytes is <= 0 or > SessionProtocol.MaxFrameBytes || first.Bytes.Length > first.FrameBytes)
        {
            Refuse(first.CorrelationId, ErrorCode.InvalidRequest, $"A frame has {first.FrameBytes} bytes.");
            return;
        }

        RequestHeader header;
        try
        {
            var reader = new ProtocolReader(first.Bytes);
            header = RequestHeader.Read(ref reader);
        }
        catch (ProtocolViolationException fault)
        {
            Refuse(first.CorrelationId, ErrorCode.InvalidRequest, fault.Message);
            return;
        }

        if (Find(first.CorrelationId, header, out ApiDescription? api) is not { } handler) return;
        var request = new SessionRequest(this, first.CorrelationId, header, api!, isObject: false);
        var credit = new RequestCredit(api!.Key == ApiKey.Produce, first.FrameBytes, null);
        if (!TryAdmit(request, credit)) return;
        if (first.IsWhole)
        {
            Read(request, handler, first.Bytes);
            return;
        }

        var arriving = new ArrivingRequest(request, handler, new FrameAssembly(first.FrameBytes));
        _arriving.Add(first.CorrelationId, arriving);
        Continue(arriving, first);
    }

    private void Continue(ArrivingRequest arriving, SessionProtocol.FramePart part)
    {
        if (!arriving.Frame.TryAdd(part))
        {
            End(arriving.Request);
            Refuse(
                part.CorrelationId, ErrorCode.InvalidRequest, $"A part at {part.Position} does not follow the last.");
        }
        else if (arriving.Frame.IsWhole)
        {
            _arriving.Remove(part.CorrelationId);
            Read(arriving.Request, arriving.Handler, arriving.Frame.Bytes);
        }
    }

    private IApiHandler? Find(long correlationId, RequestHeader header, out ApiDescription? api)
    {
        try
        {
            return _handlers.Find(header, out api);
        }
        catch (ProtocolViolationException fault)
        {
            api = null;
            Refuse(correlationId, ErrorCode.UnsupportedVersion, fault.Message);
            return null;
        }
    }

    private bool TryAdmit(SessionRequest request, in RequestCredit credit)
    {
        long held = RequestCost.Of(credit.HasRecords, credit.Bytes);
        (ErrorCode Error, string Reason) refusal =
            _underWay.ContainsKey(request.CorrelationId)
                ? (ErrorCode.InvalidRequest, $"Request {request.CorrelationId} is under way.")
            : !_credit.IsPossible(credit)
                ? (ErrorCode.MessageTooLarge, $"{credit.Bytes} bytes without records are more than the window.")
            : !_credit.TryTake(credit) ? (ErrorCode.ThrottlingQuotaExceeded, "The session's window is full.")
            : default;
        if (refusal.Error == ErrorCode.None && !_memory.TryTake(held))
        {
            _credit.Return(credit);
            refusal = (ErrorCode.ThrottlingQuotaExceeded, "The node's memory for clients is full.");
        }

        if (refusal.Error != ErrorCode.None)
        {
            Refuse(request.CorrelationId, refusal.Error, refusal.Reason);
            return false;
        }

        (request.Credit, request.HeldBytes) = (credit, held);
        _underWay.Add(request.CorrelationId, request);
        return true;
    }

    private void Read(SessionRequest request, IApiHandler handler, ReadOnlyMemory<byte> frame)
    {
        IRequestMessage message;
        try
        {
            var reader = new ProtocolReader(frame);
            RequestHeader header = RequestHeader.Read(ref reader);
            message = ApiHandlers.Read(request.Api, header, ref reader);
        }
        catch (ProtocolViolationException fault)
        {
            if (handler.RefusalOf(fault) is { } refusal)
            {
                request.Respond(refusal);
                return;
            }

            End(request);
            Refuse(request.CorrelationId, ErrorCode.InvalidRequest, fault.Message);
            return;
        }

        Serve(request, handler, message);
    }

    private void Serve(SessionRequest request, IApiHandler handler, IRequestMessage message)
    {
        request.Mark(RequestStage.Received);
        if (message is FetchRequest fetch && !TryTakeFetch(request, fetch)) return;
        try
        {
            request.Mark(RequestStage.Handled);
            handler.Handle(message, request);
            request.Mark(RequestStage.LocalDone);
        }
        catch (Exception cause)
        {
            request.Fail(cause);
        }
    }

    // What it may bring is known only now, and is no more than the window.
    private bool TryTakeFetch(SessionRequest request, FetchRequest fetch)
    {
        int bytes = Math.Clamp(fetch.MaxBytes, 0, _services.Settings.FetchWindowBytes);
        RequestCredit whole = request.Credit with { FetchBytes = bytes };
        _credit.Return(request.Credit);
        if (_credit.TryTake(whole))
        {
            request.Credit = whole;
            return true;
        }

        _credit.TryTake(request.Credit);
        End(request);
        Refuse(request.CorrelationId, ErrorCode.ThrottlingQuotaExceeded, "The session's window for fetches is full.");
        return false;
    }

    private bool End(SessionRequest request)
    {
        _arriving.Remove(request.CorrelationId);
        if (!_underWay.Remove(request.CorrelationId)) return false;
        _credit.Return(request.Credit);
        _memory.GiveBack(request.HeldBytes);
        return true;
    }

    private void Refuse(long correlationId, ErrorCode error, string message) =>
        _responses.Send(new SessionProtocol.Refused(correlationId, error, message));

    // What ends a connection of the Kafka port looks to its client like a lost one.
    private static ErrorCode ErrorOf(Exception fault) =>
        fault is ProtocolViolationException or OperationCanceledException
            ? ErrorCode.NetworkException
            : ErrorCode.UnknownServerError;
}
