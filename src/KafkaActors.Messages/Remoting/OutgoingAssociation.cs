using Akka.Remote.Transport;
using Google.Protobuf;
using KafkaActors.Messages.Authentication;

namespace KafkaActors.Messages.Remoting;

/// <summary>
/// An association that this side has dialled. It is handed to Akka when the other side has proven itself too; without a
/// secret of our own at once, and then only looks whether the first answer asks for one.
/// </summary>
internal sealed class OutgoingAssociation(
    AssociationHandle wrapped, InitiatorHandshake? handshake, SecretKind kind, TurnedAway turnedAway)
    : GuardedAssociation(wrapped)
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <exception cref="InvalidAssociationException">It came to nothing; the message says why.</exception>
    public Task OpenAsync()
    {
        if (handshake is null) _opened.TrySetResult();
        Begin();
        Send(handshake?.Hello);
        return _opened.Task;
    }

    protected override bool Passes(ByteString frame) => true;

    protected override void Hear(IHandleEvent ev)
    {
        if (ev is not InboundPayload payload)
        {
            // Once it is open, the end is Akka's to hear of.
            var cause = new InvalidAssociationException("it closed within the handshake");
            if (!_opened.TrySetException(cause)) Deliver(ev);
        }
        else if (handshake is null)
        {
            HearFirst(payload);
        }
        else
        {
            Step(handshake, payload);
        }
    }

    private void HearFirst(InboundPayload payload)
    {
        if (HandshakeFrames.IsOne(payload.Payload.Span))
        {
            turnedAway.Count(RemoteAddress.ToString(), Reasons.SecretNeeded);
            Close();
            return;
        }

        Open();
        Deliver(payload);
    }

    private void Step(InitiatorHandshake initiator, InboundPayload payload)
    {
        HandshakeOutcome outcome = initiator.Receive(payload.Payload.Span);
        Send(outcome.Send);
        if (outcome.IsProven)
        {
            Open();
            _opened.TrySetResult();
        }
        else if (outcome.Refusal is { } refusal)
        {
            string reason = Reasons.OfDialled(refusal, kind, initiator.Peer);
            turnedAway.Count(RemoteAddress.ToString(), reason);
            _opened.TrySetException(new InvalidAssociationException(reason));
            Close();
        }
    }
}
