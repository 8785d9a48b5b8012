using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Quorum;

namespace KafkaActors.Coordination.Controllers;

/// <summary>
/// A fuzzing hook: each flag breaks one rule on purpose, so that a simulation can show it would notice. Only tests set
/// one; the controller always runs <see cref="Correct"/>.
/// </summary>
internal sealed record ControllerRules
{
    public static ControllerRules Correct { get; } = new();

    public QuorumRules Quorum { get; init; } = QuorumRules.Correct;

    public DecisionRules Decisions { get; init; } = DecisionRules.Correct;

    /// <summary>Each controller grants every broker a full session, whether anybody has heard it since the last or
    /// not.</summary>
    public bool GrantsSessionsForEver { get; init; }

    /// <summary>Those whose sessions are over are fenced one after the other, each as if the rest lived.</summary>
    public bool FencesOneByOne { get; init; }

    /// <summary>A decision without events is answered by a controller that has not asked whether it still is one.
    /// </summary>
    public bool AnswersUnconfirmed { get; init; }
}
