namespace KafkaActors.Messages.Authentication;

/// <summary>
/// The side that a connection came in at: says who it is, and believes nothing before it has seen a proof over its own
/// nonce. Pure: the owner hands in each frame and does as the outcome says.
/// </summary>
/// <param name="claims">Who this side is.</param>
/// <param name="nonce">32 bytes by chance, never used before.</param>
/// <inheritdoc cref="InitiatorHandshake"/>
public sealed class AcceptorHandshake(HeldSecrets held, string purpose, string claims, byte[] nonce)
{
    private readonly byte[] _challenge = HandshakeFrames.Challenge(nonce, claims);
    private byte[]? _hello;

    /// <summary>By which kind of secret the other side makes itself known; true once it is proven.</summary>
    public SecretKind Kind { get; private set; }

    /// <summary>Who the other side says it is; true once it is proven.</summary>
    public string Peer { get; private set; } = "";

    /// <summary>Whether the other side was asked for its proof, and has not given it.</summary>
    public bool IsAsking => _hello is not null;

    public HandshakeOutcome Receive(ReadOnlySpan<byte> frame) => _hello is null ? Ask(frame) : Judge(frame, _hello);

    private HandshakeOutcome Ask(ReadOnlySpan<byte> frame)
    {
        if (HandshakeFrames.Refusal(frame, HandshakeStep.Hello, out ReadOnlySpan<byte> body) is { } refusal)
            return HandshakeOutcome.Refused(refusal, tell: true);
        if (body.Length < 1 + HandshakeFrames.NonceBytes) return NotUnderstood();
        Kind = (SecretKind)body[0];
        body = body[(1 + HandshakeFrames.NonceBytes)..];
        bool isWhole = HandshakeFrames.TryReadText(ref body, out string meant)
            && HandshakeFrames.TryReadText(ref body, out string peer) && Named(peer) && body.IsEmpty;
        if (!isWhole) return NotUnderstood();
        if (meant != purpose) return HandshakeOutcome.Refused(HandshakeRefusal.OtherVersion, tell: true);
        if (held.Of(Kind).Count == 0) return HandshakeOutcome.Refused(HandshakeRefusal.NoSuchSecret, tell: true);
        _hello = frame.ToArray();
        return HandshakeOutcome.Next(_challenge);
    }

    private HandshakeOutcome Judge(ReadOnlySpan<byte> frame, byte[] hello)
    {
        if (HandshakeFrames.Refusal(frame, HandshakeStep.Proof, out ReadOnlySpan<byte> proof) is { } refusal)
            return HandshakeOutcome.Refused(refusal, tell: true);
        foreach (SharedSecret secret in held.Of(Kind))
        {
            if (!secret.IsProof(proof, HandshakeSide.Initiator, hello, _challenge)) continue;
            byte[] own = secret.Prove(HandshakeSide.Acceptor, hello, _challenge);
            return HandshakeOutcome.Proven(HandshakeFrames.Proof(HandshakeStep.Accepted, own));
        }

        return HandshakeOutcome.Refused(HandshakeRefusal.WrongSecret, tell: true);
    }

    private bool Named(string peer)
    {
        Peer = peer;
        return true;
    }

    private static HandshakeOutcome NotUnderstood() =>
        HandshakeOutcome.Refused(HandshakeRefusal.NotUnderstood, tell: true);
}
