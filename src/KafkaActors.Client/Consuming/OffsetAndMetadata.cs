namespace KafkaActors.Client.Consuming;

/// <summary>What is committed for a partition.</summary>
/// <param name="Offset">Of the next record to read.</param>
/// <param name="Metadata">The application's own; the cluster keeps it and does not look into it.</param>
public readonly record struct OffsetAndMetadata(long Offset, string Metadata = "");
