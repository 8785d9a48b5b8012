namespace KafkaActors.Broker.Downing;

/// <summary>Why a node ends itself.</summary>
internal enum SelfDowning
{
    /// <summary>Somebody cannot be reached, and it knows of no voters that could say who goes.</summary>
    NoVotersKnown,

    /// <summary>It hears no majority of the voters.</summary>
    NoMajority,

    /// <summary>A majority of the voters says that this process is in their cluster no more.</summary>
    Removed,
}
