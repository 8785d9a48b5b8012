namespace KafkaActors.Messages.Authentication;

/// <summary>
/// The side that opened a connection. It proves itself only to whom it meant: whoever made it turn to another one could
/// pass its proof on otherwise. Pure: the owner sends <see cref="Hello"/>, and then does as each outcome says.
/// </summary>
/// <param name="purpose">What is opened: a proof for one listener is none for another.</param>
/// <param name="claims">Who this side is.</param>
/// <param name="expected">Who the other side has to say it is.</param>
/// <param name="nonce">32 bytes by chance, never used before.</param>
public sealed class InitiatorHandshake(
    SecretKind kind, SharedSecret secret, string purpose, string claims, string expected, byte[] nonce)
{
    public const int NonceBytes = HandshakeFrames.NonceBytes;

    private byte[]? _challenge;

    public byte[] Hello { get; } = Question(kind, purpose, claims, nonce);

    /// <summary>Who the other side says it is, once it has; true only if the handshake ends well.</summary>
    public string? Peer { get; private set; }

    public HandshakeOutcome Receive(ReadOnlySpan<byte> frame) =>
        _challenge is null ? Answer(frame) : Finish(frame, _challenge);

    /// <summary>What opens a handshake: asks who is there, and proves nothing.</summary>
    public static byte[] Question(SecretKind kind, string purpose, string claims, byte[] nonce) =>
        HandshakeFrames.Hello(kind, nonce, purpose, claims);

    /// <summary>Why an acceptor refuses; null when the frame is something else.</summary>
    public static HandshakeRefusal? RefusalIn(ReadOnlySpan<byte> frame) =>
        HandshakeFrames.IsOne(frame) ? HandshakeFrames.Refusal(frame, HandshakeStep.Challenge, out _) : null;

    /// <summary>
    /// Who an acceptor says it is, unproven; null when it is no challenge. For whoever only asks for that and goes.
    /// </summary>
    public static string? PeerIn(ReadOnlySpan<byte> challenge) =>
        HandshakeFrames.Refusal(challenge, HandshakeStep.Challenge, out ReadOnlySpan<byte> body) is null
            && TryRead(body, out string peer)
            ? peer
            : null;

    private HandshakeOutcome Answer(ReadOnlySpan<byte> frame)
    {
        if (HandshakeFrames.Refusal(frame, HandshakeStep.Challenge, out ReadOnlySpan<byte> body) is { } refusal)
            return HandshakeOutcome.Refused(refusal, tell: false);
        if (!TryRead(body, out string peer))
            return HandshakeOutcome.Refused(HandshakeRefusal.NotUnderstood, tell: false);
        Peer = peer;
        if (!peer.Equals(expected, StringComparison.OrdinalIgnoreCase))
            return HandshakeOutcome.Refused(HandshakeRefusal.OtherPeer, tell: false);
        _challenge = frame.ToArray();
        byte[] proof = secret.Prove(HandshakeSide.Initiator, Hello, _challenge);
        return HandshakeOutcome.Next(HandshakeFrames.Proof(HandshakeStep.Proof, proof));
    }

    private HandshakeOutcome Finish(ReadOnlySpan<byte> frame, byte[] challenge)
    {
        if (HandshakeFrames.Refusal(frame, HandshakeStep.Accepted, out ReadOnlySpan<byte> proof) is { } refusal)
            return HandshakeOutcome.Refused(refusal, tell: false);
        return secret.IsProof(proof, HandshakeSide.Acceptor, Hello, challenge)
            ? HandshakeOutcome.Proven()
            : HandshakeOutcome.Refused(HandshakeRefusal.WrongSecret, tell: false);
    }

    private static bool TryRead(ReadOnlySpan<byte> body, out string peer)
    {
        peer = "";
        if (body.Length < HandshakeFrames.NonceBytes) return false;
        body = body[HandshakeFrames.NonceBytes..];
        return HandshakeFrames.TryReadText(ref body, out peer) && body.IsEmpty;
    }
}
