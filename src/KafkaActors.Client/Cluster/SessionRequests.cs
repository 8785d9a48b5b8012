using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Client.Cluster.ConnectionProtocol;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// The requests of one connection: those that wait for a session or for credit, and those under way by correlation id.
/// Each is answered exactly once. Order is kept for each kind: batches leave in the order they came. Owned by one
/// <see cref="NodeConnection"/>; correlation ids go on over sessions, so that late answers of a former one find nobody.
/// </summary>
internal sealed class SessionRequests(IActorRef connection, TimeProvider time, int maxRequests, string clientId)
{
    private const int LeastFetchBytes = 64 * 1024;

    private readonly Queue<PendingRequest> _batches = [];
    private readonly Queue<PendingRequest> _fetches = [];
    private readonly Queue<PendingRequest> _others = [];
    private readonly Dictionary<long, PendingRequest> _underWay = [];
    private readonly SessionCredit _credit = new(maxRequests);
    private SessionCarrier? _carrier;
    private long _lastCorrelationId;

    public bool AnyWaiting => _batches.Count + _fetches.Count + _others.Count > 0;

    private IEnumerable<Queue<PendingRequest>> Queues => [_others, _batches, _fetches];

    public long NextCorrelationId() => ++_lastCorrelationId;

    public void Queue(Ask ask, IActorRef replyTo)
    {
        Queue<PendingRequest> queue = ask.Request switch
        {
            ProduceRequest => _batches,
            FetchRequest => _fetches,
            _ => _others,
        };
        long deadline = time.GetTimestamp() + (long)(ask.Timeout.TotalSeconds * time.TimestampFrequency);
        queue.Enqueue(new PendingRequest(ask, replyTo, deadline));
    }

    /// <summary>A session is there: its windows count, and what waited goes out.</summary>
    public void Open(SessionProtocol.Connected session)
    {
        _carrier = SessionCarrier.Of(session, connection, clientId);
        _credit.Open(session.RequestWindowBytes, session.FetchWindowBytes);
        Send();
    }

    /// <summary>The session is gone: nobody knows what became of the requests under way.</summary>
    public void Close(string reason)
    {
        _carrier = null;
        _credit.Reset();
        // What is written is in the versions of the node that is gone.
        foreach (PendingRequest waiting in Queues.SelectMany(queue => queue)) waiting.Forget();
        List<PendingRequest> lost = [.. _underWay.Values];
        _underWay.Clear();
        foreach (PendingRequest pending in lost) Fail(pending, ErrorCode.NetworkException, reason);
    }

    public void Send()
    {
        if (_carrier is null) return;
        while (_others.TryPeek(out PendingRequest? other) && TrySend(other)) _others.Dequeue();
        while (_batches.TryPeek(out PendingRequest? batch) && TrySend(batch)) _batches.Dequeue();
        while (_fetches.TryPeek(out PendingRequest? fetch) && TrySend(fetch)) _fetches.Dequeue();
    }

    /// <summary>What nobody waits for the answer of, if a session is there and has room.</summary>
    public void SendLast(IRequestMessage request)
    {
        if (_carrier is not null) TrySend(new PendingRequest(new Ask(request, request, default), ActorRefs.Nobody, 0));
    }

    public void Answer(IReply reply)
    {
        long id = ((ICorrelated)reply).CorrelationId;
        if (!_underWay.TryGetValue(id, out PendingRequest? pending)) return;
        if (AnswerTo(pending, reply) is not { } answer) return;
        _underWay.Remove(id);
        _credit.Return(pending.Credit);
        pending.Forget();
        pending.ReplyTo.Tell(answer, connection);
        Send();
    }

    public void FailOverdue()
    {
        long now = time.GetTimestamp();
        foreach (Queue<PendingRequest> queue in Queues)
        {
            while (queue.TryPeek(out PendingRequest? first) && first.Deadline <= now)
                Fail(queue.Dequeue(), ErrorCode.RequestTimedOut, "the node could not be reached in time.");
        }

        List<long> overdue = [.. _underWay.Where(entry => entry.Value.Deadline <= now).Select(entry => entry.Key)];
        foreach (long id in overdue)
        {
            if (!_underWay.Remove(id, out PendingRequest? pending)) continue;
            _credit.Return(pending.Credit);
            Fail(pending, ErrorCode.RequestTimedOut, "the node did not answer in time.");
        }

        Send();
    }

    public void FailWaiting(ErrorCode error, string reason)
    {
        foreach (Queue<PendingRequest> queue in Queues)
        {
            while (queue.TryDequeue(out PendingRequest? waiting)) Fail(waiting, error, reason);
        }
    }

    public void FailAll(ErrorCode error, string reason)
    {
        Close(reason);
        FailWaiting(error, reason);
    }

    /// <returns>False while there is no credit for it; true when it is sent, or is answered instead.</returns>
    private bool TrySend(PendingRequest pending)
    {
        if (Refusal(pending) is var (error, reason))
        {
            Fail(pending, error, reason);
            return true;
        }

        if (!_credit.TryTake(pending.Credit))
        {
            // By the time there is credit it may ask for more.
            if (pending.FetchMaxBytes is not null) pending.Forget();
            return false;
        }

        _carrier!.Send(UnderWay(pending), pending);
        return true;
    }

    private (ErrorCode Error, string Reason)? Refusal(PendingRequest pending)
    {
        if (!_carrier!.Versions.TryChoose(pending.Ask.Request, out short version, out string? lacks))
            return (ErrorCode.UnsupportedVersion, lacks);
        pending.Version = version;
        int? fetchBytes = CutDown(pending);
        if (_carrier.Prepare(pending) is { } fault) return (ErrorCode.InvalidRequest, $"{fault}.");
        pending.Credit = pending.Credit with { FetchBytes = fetchBytes };
        return _credit.IsPossible(pending.Credit) && pending.Credit.Bytes <= SessionProtocol.MaxFrameBytes
            ? null
            : (ErrorCode.MessageTooLarge, $"the request has {pending.Credit.Bytes} bytes.");
    }

    // Half of what is left, so that a second reader on this connection is not shut out by the first one's wait.
    private int? CutDown(PendingRequest pending)
    {
        if (pending.FetchMaxBytes is not { } wanted) return null;
        int granted = Math.Min(wanted, Math.Max(_credit.FreeFetchBytes / 2, LeastFetchBytes));
        return ((FetchRequest)pending.Ask.Request).MaxBytes = granted;
    }

    private long UnderWay(PendingRequest pending)
    {
        long id = NextCorrelationId();
        _underWay.Add(id, pending);
        return id;
    }

    private Answered? AnswerTo(PendingRequest pending, IReply reply) => reply switch
    {
        SessionProtocol.Refused refused => Failure(pending, refused.Error, refused.Message),
        // The node has what it was given, and says no word about where.
        SessionProtocol.Served when pending.Ask.Request is ProduceRequest =>
            new Answered(pending.Ask.Tag, new ProduceResponse(), pending.Version, ErrorCode.None, null),
        _ => _carrier!.Receive(pending, reply),
    };

    private void Fail(PendingRequest pending, ErrorCode error, string reason)
    {
        pending.Forget();
        pending.ReplyTo.Tell(Failure(pending, error, reason), connection);
    }

    private static Answered Failure(PendingRequest pending, ErrorCode error, string reason) =>
        new(pending.Ask.Tag, null, pending.Version, error, reason);
}
