namespace KafkaActors.Coordination.Coordinators;

/// <summary>Records of several results, to be appended as one batch of the log.</summary>
/// <param name="Id">Given back with the append's answer.</param>
public readonly record struct GatheredBatch(long Id, IReadOnlyList<CoordinatorRecord> Records);
