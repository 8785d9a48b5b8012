using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;
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
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    private readonly Queue<PendingRequest> _batches = [];
    private readonly Queue<PendingRequest> _fetches = [];
    private readonly Queue<PendingRequest> _calls = [];
    private readonly Dictionary<long, PendingRequest> _underWay = [];
    private readonly CreditWindow _produceWindow = new(maxRequests);
    private readonly CreditWindow _fetchWindow = new(maxRequests);
    private IActorRef? _session;
    private bool _sessionIsLocal;
    private long _lastCorrelationId;

    public bool AnyWaiting => _batches.Count + _fetches.Count + _calls.Count > 0;

    public long NextCorrelationId() => ++_lastCorrelationId;

    public void Queue(IRequest request, IActorRef replyTo)
    {
        (Queue<PendingRequest> queue, TimeSpan timeout, int bytes) = request switch
        {
            SendBatch batch => (_batches, batch.Timeout + AnswerTime, batch.Bytes.Length),
            StartFetch fetch => (_fetches, fetch.Timeout, fetch.MaxBytes),
            Ask ask => (_calls, ask.Timeout, 0),
            Call call => (_calls, call.Timeout, 0),
            _ => throw new ArgumentException($"A connection takes no {request.GetType()}.", nameof(request)),
        };
        long deadline = time.GetTimestamp() + (long)(timeout.TotalSeconds * time.TimestampFrequency);
        queue.Enqueue(new PendingRequest(request, replyTo, deadline, bytes));
    }

    /// <summary>A session is there: its windows count, and what waited goes out.</summary>
    public void Open(SessionProtocol.Connected session)
    {
        _session = session.Session;
        _sessionIsLocal = session.Session is IActorRefScope { IsLocal: true };
        _produceWindow.Bytes = session.ProduceWindowBytes;
        _fetchWindow.Bytes = session.FetchWindowBytes;
        Send();
    }

    /// <summary>The session is gone: nobody knows what became of the requests under way.</summary>
    public void Close(string reason)
    {
        _session = null;
        _produceWindow.Reset();
        _fetchWindow.Reset();
        List<PendingRequest> lost = [.. _underWay.Values];
        _underWay.Clear();
        foreach (PendingRequest pending in lost) Fail(pending, ErrorCode.NetworkException, reason);
    }

    public void Send()
    {
        while (_calls.TryDequeue(out PendingRequest? call)) SendCall(call);
        while (_batches.TryPeek(out PendingRequest? batch) && _produceWindow.TryTake(batch.WindowBytes))
            SendBatchOf(_batches.Dequeue());
        while (_fetches.TryPeek(out PendingRequest? fetch))
        {
            // Half of what is left, so that a second reader on this connection is not shut out by the first one's wait.
            int granted = Math.Min(fetch.WindowBytes, Math.Max(_fetchWindow.FreeBytes / 2, LeastFetchBytes));
            if (!_fetchWindow.TryTake(granted)) break;
            SendFetch(_fetches.Dequeue() with { WindowBytes = granted });
        }
    }

    public void Answer(IReply reply)
    {
        long id = ((ICorrelated)reply).CorrelationId;
        if (reply is FetchProtocol.Data or FetchProtocol.Chunk)
        {
            if (_underWay.TryGetValue(id, out PendingRequest? fetching))
                fetching.ReplyTo.Tell(new Fetched(((StartFetch)fetching.Request).Tag, reply), connection);
            return;
        }

        if (!_underWay.Remove(id, out PendingRequest? pending)) return;
        ReturnCredit(pending);
        if (reply is SessionProtocol.Refused refused) Fail(pending, refused.Error, refused.Message);
        else Complete(pending, reply);
        Send();
    }

    public void FailOverdue()
    {
        long now = time.GetTimestamp();
        foreach (Queue<PendingRequest> queue in (Queue<PendingRequest>[])[_batches, _fetches, _calls])
        {
            while (queue.TryPeek(out PendingRequest? first) && first.Deadline <= now)
                Fail(queue.Dequeue(), ErrorCode.RequestTimedOut, "the node could not be reached in time.");
        }

        List<long> overdue = [.. _underWay.Where(entry => entry.Value.Deadline <= now).Select(entry => entry.Key)];
        foreach (long id in overdue)
        {
            if (!_underWay.Remove(id, out PendingRequest? pending)) continue;
            ReturnCredit(pending);
            Fail(pending, ErrorCode.RequestTimedOut, "the node did not answer in time.");
        }

        if (_session is not null) Send();
    }

    public void FailWaiting(ErrorCode error, string reason)
    {
        foreach (Queue<PendingRequest> queue in (Queue<PendingRequest>[])[_batches, _fetches, _calls])
        {
            while (queue.TryDequeue(out PendingRequest? waiting)) Fail(waiting, error, reason);
        }
    }

    public void FailAll(ErrorCode error, string reason)
    {
        Close(reason);
        FailWaiting(error, reason);
    }

    /// <summary>What nobody waits for the answer of, if a session is there.</summary>
    public void SendLast(IRequestMessage request)
    {
        ReadOnlyMemory<byte> frame = KafkaFrame.Write(request, clientId);
        _session?.Tell(new KafkaProtocol.Request(NextCorrelationId(), frame), connection);
    }

    private void SendCall(PendingRequest pending)
    {
        if (pending.Request is Ask ask)
        {
            SendAsk(pending, ask);
            return;
        }

        long id = UnderWay(pending);
        _session!.Tell(((Call)pending.Request).Command(id), connection);
    }

    private void SendAsk(PendingRequest pending, Ask ask)
    {
        ReadOnlyMemory<byte> frame = KafkaFrame.Write(ask.Request, clientId);
        if (frame.Length > KafkaProtocol.MaxFrameBytes)
            Fail(pending, ErrorCode.MessageTooLarge, $"the request has {frame.Length} bytes.");
        else
            _session!.Tell(new KafkaProtocol.Request(UnderWay(pending), frame), connection);
    }

    private void SendBatchOf(PendingRequest pending)
    {
        var batch = (SendBatch)pending.Request;
        long id = UnderWay(pending);
        // A receiver in this process would write offsets into the very array that may have to be sent again.
        ReadOnlyMemory<byte> bytes = _sessionIsLocal ? batch.Bytes.ToArray() : batch.Bytes;
        int first = Math.Min(bytes.Length, SessionProtocol.ChunkBytes);
        _session!.Tell(
            new ProduceProtocol.Append(
                id, batch.Partition, batch.LeaderEpoch, batch.Acks, batch.Timeout, bytes.Length, bytes[..first]),
            connection);
        for (int position = first; position < bytes.Length; position += SessionProtocol.ChunkBytes)
        {
            int size = Math.Min(SessionProtocol.ChunkBytes, bytes.Length - position);
            _session!.Tell(new ProduceProtocol.Chunk(id, position, bytes.Slice(position, size)), connection);
        }
    }

    private void SendFetch(PendingRequest pending)
    {
        var fetch = (StartFetch)pending.Request;
        long id = UnderWay(pending);
        _session!.Tell(
            new FetchProtocol.Fetch(
                id, fetch.MaxWait, fetch.MinBytes, pending.WindowBytes, fetch.Isolation, fetch.Partitions),
            connection);
    }

    private long UnderWay(PendingRequest pending)
    {
        long id = NextCorrelationId();
        _underWay.Add(id, pending);
        return id;
    }

    private void ReturnCredit(PendingRequest pending)
    {
        if (pending.Request is SendBatch) _produceWindow.Return(pending.WindowBytes);
        else if (pending.Request is StartFetch) _fetchWindow.Return(pending.WindowBytes);
    }

    private void Complete(PendingRequest pending, IReply reply)
    {
        object answer = (pending.Request, reply) switch
        {
            (Ask ask, KafkaProtocol.Response response) => KafkaFrame.Answer(ask, response),
            (Call call, _) => new Called(call.Tag, reply, ErrorCode.None, null),
            (SendBatch batch, ProduceProtocol.Appended appended) =>
                new BatchAnswered(batch.Tag, appended, appended.Error, appended.Message),
            (StartFetch fetch, FetchProtocol.Completed completed) =>
                new FetchEnded(fetch.Tag, completed.Error, null),
            _ => Failure(pending, ErrorCode.UnknownServerError, $"the node answered with a {reply.GetType().Name}."),
        };
        pending.ReplyTo.Tell(answer, connection);
    }

    private void Fail(PendingRequest pending, ErrorCode error, string reason) =>
        pending.ReplyTo.Tell(Failure(pending, error, reason), connection);

    private static object Failure(PendingRequest pending, ErrorCode error, string reason) => pending.Request switch
    {
        Ask ask => new Answered(ask.Tag, null, 0, error, reason),
        Call call => new Called(call.Tag, null, error, reason),
        SendBatch batch => new BatchAnswered(batch.Tag, null, error, reason),
        _ => new FetchEnded(((StartFetch)pending.Request).Tag, error, reason),
    };
}
