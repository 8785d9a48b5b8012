namespace KafkaActors.Coordination.Bootstrap;

/// <summary>
/// A fuzzing hook: each flag breaks one rule on purpose, so that a simulation can show it would notice. Only tests set
/// one; nodes always run <see cref="Correct"/>.
/// </summary>
internal sealed record BootstrapRules
{
    public static BootstrapRules Correct { get; } = new();

    /// <summary>A node supports another candidate before what it said of the last one has lapsed.</summary>
    public bool ChangesSupportAtOnce { get; init; }

    /// <summary>A process supports somebody at once, though a former one may have supported another.</summary>
    public bool SupportsFromTheStart { get; init; }

    /// <summary>The lowest node that hears enough others forms the cluster without their support.</summary>
    public bool FormsUnsupported { get; init; }

    /// <summary>A majority of the first voters is enough for a first cluster.</summary>
    public bool FormsWithAMajorityOfFirstVoters { get; init; }

    /// <summary>A voter whose disk was wiped counts as the voter it was.</summary>
    public bool CountsForeignDirectories { get; init; }
}
