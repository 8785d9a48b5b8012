using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.LogDirs;

/// <summary>A partition's directory that a node has set aside because its metadata does not explain it.</summary>
/// <param name="Directory">Its name in the data directory.</param>
/// <param name="Partition">Of a topic with a very long name, the name's beginning.</param>
/// <param name="KeptUntil">When the node removes it.</param>
/// <param name="Reason">A sentence.</param>
public sealed record LogDirStray(
    string Directory,
    TopicPartition Partition,
    long SizeInBytes,
    DateTimeOffset SetAside,
    DateTimeOffset KeptUntil,
    string Reason);
