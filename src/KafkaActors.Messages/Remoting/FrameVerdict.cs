namespace KafkaActors.Messages.Remoting;

/// <summary>What becomes of a frame that a client's association has brought.</summary>
internal enum FrameVerdict
{
    Passes,

    /// <summary>It is for somebody else than the front door, or no message of the clients' conversation.</summary>
    NotForClients,

    /// <summary>Its sender is not of the association.</summary>
    OtherSender,

    /// <summary>The client calls itself as only nodes may. The association ends.</summary>
    NameOfNodes,

    /// <summary>It is no frame of Akka.Remote as Akka.NET writes it. The association ends.</summary>
    Malformed,
}
