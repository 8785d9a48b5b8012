using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.LogDirs;

/// <summary>A partition's log in a data directory.</summary>
/// <param name="SizeInBytes">Of all its segments.</param>
/// <param name="OffsetLag">How far its end is behind the high watermark.</param>
/// <param name="IsFuture">Whether it is being copied here to take another one's place.</param>
public sealed record LogDirPartition(TopicPartition Partition, long SizeInBytes, long OffsetLag, bool IsFuture);
