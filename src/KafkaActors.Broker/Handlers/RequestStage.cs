namespace KafkaActors.Broker.Handlers;

/// <summary>What a request has behind it, in the order in which it comes to be.</summary>
internal enum RequestStage
{
    /// <summary>Its last byte has come.</summary>
    Received,

    /// <summary>Its handler has been called.</summary>
    Handled,

    /// <summary>Its handler has returned: from here on it waits for others, if it is not answered.</summary>
    LocalDone,

    /// <summary>Its response is there, and waits to be sent.</summary>
    ResponseQueued,

    /// <summary>Its response is with whoever sends bytes: the socket's buffer, or Akka.</summary>
    Sent,
}
