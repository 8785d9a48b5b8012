namespace KafkaActors.Broker.Tests.Coordinators;

/// <summary>What an <see cref="InjectedLeader"/> does with the appends to a partition.</summary>
public enum AppendFault
{
    /// <summary>They are stored and answered.</summary>
    None,

    /// <summary>They are refused: the log is offline.</summary>
    Failed,

    /// <summary>They are held, to be stored and answered later.</summary>
    Slow,

    /// <summary>They are refused: another coordinator has a newer epoch.</summary>
    Fenced,

    /// <summary>They are stored, and the answers are lost.</summary>
    Unknown,
}
