namespace KafkaActors.Messages.Authentication;

/// <summary>What a secret opens. Travels in a handshake: never renumbered.</summary>
public enum SecretKind : byte
{
    /// <summary>Everything: whoever holds it is a node.</summary>
    Cluster = 1,

    /// <summary>The front door, and nothing else.</summary>
    Client = 2,
}
