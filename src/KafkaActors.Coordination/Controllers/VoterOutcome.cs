namespace KafkaActors.Coordination.Controllers;

/// <summary>What is to be done about a request that concerns the voters.</summary>
/// <param name="IsImmediate">It waits for no commit: it is a refusal, or tells how things stand.</param>
internal sealed record VoterOutcome<TPeer>(TPeer Asker, long Id, ControllerDecision Decision, bool IsImmediate);
