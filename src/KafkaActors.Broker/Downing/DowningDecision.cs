namespace KafkaActors.Broker.Downing;

/// <summary>What a node does about members that it cannot see.</summary>
internal enum DowningDecision
{
    /// <summary>Everybody is seen.</summary>
    Nothing,

    /// <summary>This side holds a majority of the voters: the unseen go.</summary>
    DownUnreachable,

    /// <summary>
    /// This side holds none, or this node cannot know: it goes. The others of its side decide for themselves, and may
    /// know better.
    /// </summary>
    DownSelf,
}
