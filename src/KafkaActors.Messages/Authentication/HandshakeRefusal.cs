namespace KafkaActors.Messages.Authentication;

/// <summary>Why a handshake came to nothing. Travels: never renumbered.</summary>
public enum HandshakeRefusal : byte
{
    /// <summary>What came is no handshake, or not the step that was due.</summary>
    NotUnderstood = 1,

    /// <summary>The other side speaks another version of the handshake, or means another listener.</summary>
    OtherVersion = 2,

    /// <summary>The other side has no secret of that kind.</summary>
    NoSuchSecret = 3,

    /// <summary>The secrets are not the same.</summary>
    WrongSecret = 4,

    /// <summary>The other side is not the one that was meant.</summary>
    OtherPeer = 5,
}
