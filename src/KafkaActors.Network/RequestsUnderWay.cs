using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network;

/// <summary>
/// The requests that one connection has sent and that have no response, in the order sent, which is the order in which
/// brokers respond. One that is overdue keeps its place, so that its late response is known for what it is. A request
/// that asked for no response is remembered for a while: librdkafka's mock cluster responds to a Produce with acks=0,
/// and a connection that ended for that would lose what the broker has not read yet. Pure; guarded by its connection's
/// gate.
/// </summary>
internal sealed class RequestsUnderWay(int maxRequests, long maxBytes)
{
    /// <summary>Far more than a broker has read and not responded to, where it responds at all.</summary>
    private const int MaxRemembered = 4096;

    private readonly Queue<BrokerRequest> _requests = [];
    private readonly Queue<int> _withoutResponse = [];
    private long _bytes;

    public int Count => _requests.Count;

    public BrokerRequest? Oldest => _requests.TryPeek(out BrokerRequest? oldest) ? oldest : null;

    /// <summary>Whether another may be sent. A single one may be of any size.</summary>
    public bool HasRoom => _requests.Count == 0 || (_requests.Count < maxRequests && _bytes < maxBytes);

    public void Add(BrokerRequest request)
    {
        _requests.Enqueue(request);
        _bytes += request.Bytes;
    }

    /// <summary>A request was sent that is done with once it is written.</summary>
    public void AddWithoutResponse(int correlationId)
    {
        if (_withoutResponse.Count == MaxRemembered) _withoutResponse.Dequeue();
        _withoutResponse.Enqueue(correlationId);
    }

    /// <summary>Takes the request that a response is for; null when that request asked for none.</summary>
    /// <exception cref="ProtocolViolationException">It is for another than the oldest.</exception>
    public BrokerRequest? Take(int correlationId)
    {
        // Responses come in order: what was sent before this one gets none any more.
        while (_withoutResponse.TryPeek(out int other) && other < correlationId) _withoutResponse.Dequeue();
        if (_withoutResponse.TryPeek(out int same) && same == correlationId)
        {
            _withoutResponse.Dequeue();
            return null;
        }

        if (!_requests.TryPeek(out BrokerRequest? oldest))
            throw new ProtocolViolationException($"a response to {correlationId}, and nothing was asked");
        if (oldest.CorrelationId != correlationId)
        {
            throw new ProtocolViolationException(
                $"a response to {correlationId} where {oldest.CorrelationId} was to be answered");
        }

        _bytes -= oldest.Bytes;
        return _requests.Dequeue();
    }

    public void AddOverdue(long now, List<BrokerRequest> overdue)
    {
        foreach (BrokerRequest request in _requests)
        {
            if (request.Deadline <= now && !request.IsDone) overdue.Add(request);
        }
    }

    public void MoveTo(List<BrokerRequest> lost)
    {
        lost.AddRange(_requests);
        _requests.Clear();
        _bytes = 0;
    }
}
