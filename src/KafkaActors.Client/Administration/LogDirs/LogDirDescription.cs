using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.LogDirs;

/// <summary>One data directory of a node.</summary>
/// <param name="Path">Absolute, on the node.</param>
/// <param name="Error">Why the directory cannot be used, else none.</param>
/// <param name="TotalBytes">Of its volume; -1 when the node does not say.</param>
/// <param name="UsableBytes">Free on its volume; -1 when the node does not say.</param>
/// <param name="Strays">What was set aside in it; none from a node of another kind.</param>
/// <param name="Damage">What is wrong with its logs; none from a node of another kind.</param>
public sealed record LogDirDescription(
    string Path,
    ErrorCode Error,
    long TotalBytes,
    long UsableBytes,
    IReadOnlyList<LogDirPartition> Partitions,
    IReadOnlyList<LogDirStray> Strays,
    IReadOnlyList<LogDirDamage> Damage);
