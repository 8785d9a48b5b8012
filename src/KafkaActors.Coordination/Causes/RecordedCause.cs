namespace KafkaActors.Coordination.Causes;

/// <summary>A cause as it stands in a <see cref="CauseRing"/>.</summary>
/// <param name="Sequence">Counts the ring's causes from 0; a gap between two readings says how many were lost.</param>
/// <param name="At">By the recorder's clock, for people; nothing is decided by it.</param>
public readonly record struct RecordedCause(long Sequence, DateTimeOffset At, Cause Cause);
