namespace KafkaActors.Coordination.Partitions;

/// <summary>
/// A fuzzing hook: each flag breaks one rule on purpose, so that a simulation can show it would notice. Only tests set
/// one; the broker always runs <see cref="Correct"/>.
/// </summary>
internal sealed record PartitionRules
{
    public static PartitionRules Correct { get; } = new();

    /// <summary>The high watermark ignores members whose expansion is under way.</summary>
    public bool CommitsOverCommittedIsrOnly { get; init; }

    /// <summary>A follower truncates to its high watermark instead of by leader epochs (before KIP-101).</summary>
    public bool TruncatesToHighWatermark { get; init; }
}
