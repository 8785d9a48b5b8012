using KafkaActors.Broker.Handlers;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Listener;

/// <summary>A request of a connection, in its place among the others, from its frame to its response's.</summary>
internal sealed class ConnectionRequest(
    KafkaConnection connection, RequestHeader header, ReceivedFrame frame) : RequestContext(header)
{
    private ReceivedFrame _frame = frame;
    private OutgoingResponse? _response;
    private volatile bool _isDone;
    private int _isEnded;

    public override string ClientHost => connection.ClientHost;

    public override string ListenerName => connection.ListenerName;

    /// <summary>Whether its answer, if any, may leave once those before it have.</summary>
    public bool IsDone => _isDone;

    /// <summary>The version that the response is written in.</summary>
    public required short AnswerVersion { get; init; }

    public override void Respond(IResponseMessage response)
    {
        if (Interlocked.Exchange(ref _isEnded, 1) != 0) return;
        var writer = new ProtocolWriter();
        ResponseFrame.Write(writer, Header.Api, AnswerVersion, Header.CorrelationId, response);
        _response = new OutgoingResponse(writer);
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

    /// <summary>The response, for the one who sends it; null where there is none.</summary>
    public OutgoingResponse? TakeResponse() => Interlocked.Exchange(ref _response, null);

    private void End(bool mayReuseFrame)
    {
        _frame.Release(mayReuseFrame);
        connection.GiveBack(_frame.Length);
        _isDone = true;
        connection.Done(this);
    }
}
