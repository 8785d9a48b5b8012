namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// A fuzzing hook: each flag breaks one rule of <see cref="ConsumerGroup"/>, so that the random schedules can show that
/// they would notice. Only tests set one.
/// </summary>
internal sealed record ConsumerGroupRules
{
    public static ConsumerGroupRules Correct { get; } = new();

    /// <summary>A member gets its target at once, whoever holds partitions of it.</summary>
    public bool IgnoresHolders { get; init; }

    /// <summary>A member that does not say what it owns is taken to have given up what it should.</summary>
    public bool TrustsSilence { get; init; }
}
