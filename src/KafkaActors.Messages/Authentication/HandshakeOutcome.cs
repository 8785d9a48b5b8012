namespace KafkaActors.Messages.Authentication;

/// <summary>What is to be done after a frame of a handshake has come.</summary>
/// <param name="Send">The frame to send first; null for none.</param>
/// <param name="IsProven">The other side holds the secret, and the handshake is over.</param>
/// <param name="Refusal">It came to nothing: send what is to be sent, and close.</param>
public readonly record struct HandshakeOutcome(byte[]? Send, bool IsProven, HandshakeRefusal? Refusal)
{
    internal static HandshakeOutcome Next(byte[] frame) => new(frame, false, null);

    internal static HandshakeOutcome Proven(byte[]? last = null) => new(last, true, null);

    internal static HandshakeOutcome Refused(HandshakeRefusal reason, bool tell) =>
        new(tell ? HandshakeFrames.Refused(reason) : null, false, reason);
}
