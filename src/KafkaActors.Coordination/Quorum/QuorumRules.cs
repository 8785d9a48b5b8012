namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// A fuzzing hook: each flag breaks one rule on purpose, so that a simulation can show it would notice. Only tests set
/// one; voters and controllers always run <see cref="Correct"/>.
/// </summary>
internal sealed record QuorumRules
{
    public static QuorumRules Correct { get; } = new();

    /// <summary>A voter promises an epoch to a second candidate.</summary>
    public bool GrantsEqualEpochs { get; init; }

    /// <summary>A voter answers first and has its promise written afterwards.</summary>
    public bool AnswersBeforePromiseIsSaved { get; init; }

    /// <summary>A voter whose disk was wiped, so that its directory is another, promises and counts.</summary>
    public bool CountsForeignDirectories { get; init; }

    /// <summary>A candidate keeps the log of the voter on its own node instead of the most complete one.</summary>
    public bool AdoptsOwnLog { get; init; }

    /// <summary>A candidate counts promises by the voter set of its own node's log, not of the one it adopts.</summary>
    public bool TakesVotersOfOwnLog { get; init; }

    /// <summary>An entry of an earlier epoch counts as committed once a majority has it.</summary>
    public bool CommitsEarlierEpochs { get; init; }

    /// <summary>
    /// A step from one voter to several goes to all of them at once, not to the one voter first.
    /// </summary>
    public bool WidensInAnyOrder { get; init; }

    /// <summary>
    /// Breaks nothing: with small messages logs are caught up in many steps, and stand half-way more often.
    /// </summary>
    public int EntriesInMessage { get; init; } = ControllerQuorum.MaxEntriesInMessage;
}
