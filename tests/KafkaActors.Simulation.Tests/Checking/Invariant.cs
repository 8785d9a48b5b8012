namespace KafkaActors.Simulation.Tests.Checking;

/// <summary>The invariants that are watched; numbers are the architecture's.</summary>
internal enum Invariant
{
    NoAcknowledgedLoss = 1,
    OneOffsetOneRecord = 2,
    Monotone = 3,
    OneLeaderAnEpoch = 4,
    Order = 5,
    Fenced = 6,
    EveryRequestGetsAnAnswer = 9,

    /// <summary>Of the metadata log: what is committed stays, and is the same everywhere.</summary>
    CommittedMetadataStays = 101,

    /// <summary>Of the metadata log: an epoch is served by one controller.</summary>
    OneControllerAnEpoch = 102,

    /// <summary>A core's own assertion failed.</summary>
    CoreAssertion = 103,
}
