using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.LogDirs;

/// <summary>What was set aside and is removed, or would be.</summary>
/// <param name="LogDir">The data directory.</param>
/// <param name="Directory">Its name in that.</param>
public sealed record RemovedStray(string LogDir, string Directory, TopicPartition Partition, long SizeInBytes);
