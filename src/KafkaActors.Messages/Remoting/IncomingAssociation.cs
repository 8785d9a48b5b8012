using Akka.Remote.Transport;
using Google.Protobuf;
using KafkaActors.Messages.Authentication;

namespace KafkaActors.Messages.Remoting;

/// <summary>
/// An association that has come in, which Akka hears of once its peer is proven; without a secret of our own, once it
/// has said something. Of a client's each frame is judged.
/// </summary>
/// <param name="handshake">Null where no secret is asked for.</param>
internal sealed class IncomingAssociation(
    AssociationHandle wrapped, AcceptorHandshake? handshake, ClientFrames clients, IncomingAssociations owner)
    : GuardedAssociation(wrapped)
{
    private readonly ClientFrames? _clients = clients;
    private bool _isClient;
    private int _isOver;

    /// <summary>From where it comes: its IP address.</summary>
    public string Peer => RemoteAddress.Host ?? "";

    /// <summary>Not used again once it is over.</summary>
    public ITimer? Deadline { get; set; }

    public void Start() => Begin();

    /// <summary>Its time or its place is gone, unless it has proven itself at this very moment.</summary>
    public void Expire(string reason)
    {
        if (!TryEnd()) return;
        owner.Leave(this, reason);
        Close();
    }

    protected override bool Passes(ByteString frame)
    {
        if (!_isClient) return true;
        FrameVerdict verdict = _clients!.Judge(frame.Span);
        if (verdict == FrameVerdict.Passes) return true;
        owner.Count(this, Reasons.OfFrame(verdict));
        if (verdict is FrameVerdict.Malformed or FrameVerdict.NameOfNodes) Close();
        return false;
    }

    protected override void Hear(IHandleEvent ev)
    {
        if (ev is not InboundPayload payload)
        {
            // It has gone by itself, which is no news: whoever looks whether the port is open does that.
            if (TryEnd()) owner.Leave(this, reason: null);
        }
        else if (Volatile.Read(ref _isOver) == 0)
        {
            if (handshake is null) HearFirst(payload);
            else Step(handshake, payload);
        }
    }

    private void HearFirst(InboundPayload payload)
    {
        if (HandshakeFrames.IsOne(payload.Payload.Span))
        {
            Send(HandshakeFrames.Refused(HandshakeRefusal.NoSuchSecret));
            Refuse(HandshakeRefusal.NoSuchSecret);
        }
        else if (TryEnd())
        {
            Open();
            owner.Admit(this);
            Deliver(payload);
        }
    }

    private void Step(AcceptorHandshake acceptor, InboundPayload payload)
    {
        HandshakeOutcome outcome = acceptor.Receive(payload.Payload.Span);
        if (outcome.Refusal is { } refusal)
        {
            Send(outcome.Send);
            Refuse(refusal);
        }
        else if (!outcome.IsProven)
        {
            Send(outcome.Send);
        }
        else if (TryEnd())
        {
            _isClient = acceptor.Kind == SecretKind.Client;
            Open();
            Send(outcome.Send);
            owner.Admit(this);
        }
    }

    private void Refuse(HandshakeRefusal refusal)
    {
        if (TryEnd()) owner.Leave(this, Reasons.OfStranger(refusal));
        Close();
    }

    private bool TryEnd() => Interlocked.Exchange(ref _isOver, 1) == 0;
}
