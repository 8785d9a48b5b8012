using KafkaActors.Protocol;

namespace KafkaActors.Storage;

/// <summary>A partition's directory that was set aside.</summary>
/// <param name="Directory">Its name in the data directory.</param>
/// <param name="Partition">Of a topic with a long name, its beginning.</param>
/// <param name="TopicId">Null when its <c>partition.metadata</c> is missing or unreadable.</param>
/// <param name="SetAsideAt">For one that another program named, when this process first saw it.</param>
public sealed record StrayPartition(
    string Directory, TopicPartition Partition, TopicId? TopicId, DateTimeOffset SetAsideAt);
