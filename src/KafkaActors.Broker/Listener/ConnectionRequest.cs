using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Listener;

/// <summary>A request of a connection, in its place among the others, from its frame to its response's.</summary>
internal sealed class ConnectionRequest(
    KafkaConnection connection, RequestHeader header, ReceivedFrame frame, RequestCharge charge)
    : RequestContext(header, connection.Clock)
{
    private ReceivedFrame _frame = frame;
    private OutgoingResponse? _response;
    private volatile bool _isDone;
    private int _isEnded;

    public override ClientSoftware ClientSoftware => connection.ClientSoftware;

    public override string ClientHost => connection.ClientHost;

    public override string ListenerName => connection.ListenerName;

    public override AppendLane Appends => connection.Appends;

    public override CancellationToken Gone => connection.Gone;

    /// <summary>Whether its answer, if any, may leave once those before it have.</summary>
    public bool IsDone => _isDone;

    /// <summary>The version that the response is written in.</summary>
    public required short AnswerVersion { get; init; }

    /// <summary>The length of its frame.</summary>
    public int Length => _frame.Length;

    /// <summary>What its response holds in memory until it is sent.</summary>
    public int HeldBytes { get; private set; }

    public override void Introduce(ClientSoftware software) => connection.ClientSoftware = software;

    protected override void Queue(IResponseMessage response)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0)
        {
            if (response is FetchResponse late) FetchResponses.Release(late);
            return;
        }

        var outgoing = new OutgoingResponse(new ProtocolWriter()) { Request = this };
        try
        {
            outgoing.Write(Header, AnswerVersion, response);
        }
        catch (Exception cause)
        {
            // Half a response says nothing, and whoever answers has done nothing that he could repeat.
            outgoing.Release();
            connection.Break(cause);
            End(mayReuseFrame: false);
            return;
        }

        HeldBytes = outgoing.HeldBytes;
        _response = outgoing;
        End(mayReuseFrame: response is not ProduceResponse produced || ProduceAnswer.IsClean(produced));
    }

    public override void RespondNothing()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0) End(mayReuseFrame: true);
    }

    public override void Fail(Exception cause)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0) return;
        connection.Break(cause);
        End(mayReuseFrame: false);
    }

    /// <summary>The request's bytes are not used any more, though it is not answered yet.</summary>
    public void ReleaseBytes() => _frame.Release(mayReuse: true);

    /// <summary>
    /// Its client has gone. It holds nothing any more, whether it is answered or not; what a partition may still have
    /// of its bytes is left to the collector.
    /// </summary>
    public void Drop()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            _frame.Release(mayReuse: false);
            connection.GiveBack(charge);
        }

        TakeResponse()?.Release();
    }

    /// <summary>The response, for the one who sends it; null where there is none.</summary>
    public OutgoingResponse? TakeResponse() => Interlocked.Exchange(ref _response, null);

    private void End(bool mayReuseFrame)
    {
        _frame.Release(mayReuseFrame);
        connection.GiveBack(charge);
        _isDone = true;
        connection.Done(this);
    }
}
