namespace KafkaActors.Broker.Handlers;

/// <summary>When a session looks at a partition again that it has told of.</summary>
internal enum NextLook
{
    /// <summary>Its client knows all of it.</summary>
    OnceWoken,

    /// <summary>There is more to be told.</summary>
    First,

    /// <summary>After those that were given no records, so that a busy one does not starve them.</summary>
    Last,
}
