namespace KafkaActors.Messages.Authentication;

/// <summary>The frames of a handshake, in their order.</summary>
internal enum HandshakeStep : byte
{
    Hello = 1,
    Challenge = 2,
    Proof = 3,
    Accepted = 4,
    Refused = 5,
}
