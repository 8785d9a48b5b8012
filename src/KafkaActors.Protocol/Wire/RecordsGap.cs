namespace KafkaActors.Protocol.Wire;

/// <summary>
/// A place in a written frame where records belong that were not copied: they follow the first
/// <see cref="Position"/> bytes of the writer's buffer.
/// </summary>
public readonly record struct RecordsGap(int Position, IRecords Records);
