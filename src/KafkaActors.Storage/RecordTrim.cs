namespace KafkaActors.Storage;

/// <summary>The records of a log that are to go.</summary>
/// <param name="Token">Of the leadership that was asked.</param>
/// <param name="BeforeOffset">The log's new start.</param>
public sealed record RecordTrim(PartitionLog Log, WriterToken Token, long BeforeOffset);
