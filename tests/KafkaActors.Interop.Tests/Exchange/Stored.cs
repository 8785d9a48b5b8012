namespace KafkaActors.Interop.Tests.Exchange;

/// <summary>Where a client was told that a record is.</summary>
internal sealed record Stored(int Partition, long Offset);
