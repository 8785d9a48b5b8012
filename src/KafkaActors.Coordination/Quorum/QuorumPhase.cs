namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// Where a controller stands: Querying → Promising → Adopting → Committing → Serving; from Promising and Adopting back
/// to Querying when somebody asked under a higher epoch; from everywhere to Resigned, which is the end.
/// </summary>
public enum QuorumPhase
{
    Querying,
    Promising,
    Adopting,
    Committing,
    Serving,
    Resigned,
}
