namespace KafkaActors.Storage.Tests.Cleaning;

/// <summary>One record as a consumer of the log sees it.</summary>
internal sealed record ReadRecord(long Offset, long Timestamp, string? Key, string? Value);
