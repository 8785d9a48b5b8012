namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// A fuzzing hook: each flag breaks one rule on purpose, so that a simulation can show it would notice. Only tests set
/// one; the controller always runs <see cref="Correct"/>.
/// </summary>
internal sealed record DecisionRules
{
    public static DecisionRules Correct { get; } = new();

    /// <summary>An ISR proposal counts whatever partition epoch it was computed from.</summary>
    public bool AcceptsStalePartitionEpoch { get; init; }
}
