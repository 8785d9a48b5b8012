namespace KafkaActors.Coordination.Causes;

/// <summary>What was decided. A kind is added where a decision is, and is never given another meaning.</summary>
public enum CauseKind
{
    /// <summary>A controller serves: what it found and set right.</summary>
    ControllerServing,

    ControllerResigned,

    /// <summary>A process became its node's broker; the one before it is over.</summary>
    BrokerRegistered,

    BrokerRegistrationRefused,

    BrokerUnfenced,

    BrokerUnfencingRefused,

    /// <summary>One or more brokers are gone, as far as the controller knows.</summary>
    BrokersFenced,

    BrokerShutdownStarted,

    BrokerUnregistered,

    /// <summary>A broker's logs of some partitions have failed.</summary>
    LogsReportedOffline,

    IsrChanged,

    IsrProposalRefused,

    /// <summary>A committed setting by which leaders are elected has another value.</summary>
    ElectionConfigsChanged,

    MetadataVersionRaised,

    TopicsChanged,

    ConfigsChanged,

    CoordinatorStarted,

    /// <summary>A partition's leader asks for another ISR.</summary>
    IsrProposed,

    /// <summary>A group began another generation or epoch.</summary>
    GroupRebalanced,

    GroupMemberExpired,

    /// <summary>A node judged whether and how the cluster is formed, or joined.</summary>
    BootstrapJudged,

    VotersChanged,

    NodeDowned,

    NodeConfirmedDead,

    /// <summary>A voter took the controller's place before the singleton could.</summary>
    StandbyStarted,
}
