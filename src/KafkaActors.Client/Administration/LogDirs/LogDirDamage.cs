using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.LogDirs;

/// <summary>Something that is wrong with a log.</summary>
/// <param name="Message">One line: what, where, and what to do.</param>
public sealed record LogDirDamage(TopicPartition Partition, string Message);
