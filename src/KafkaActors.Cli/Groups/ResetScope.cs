using KafkaActors.Protocol;

namespace KafkaActors.Cli.Groups;

/// <summary>Which partitions <c>--reset-offsets</c> is about, and what is to become of them.</summary>
/// <param name="Topics">Null for every partition that the group has committed an offset of.</param>
/// <param name="Target">Null when the offsets come from a file.</param>
/// <param name="FromFile">The offsets of each group; null when there is a target.</param>
/// <param name="Execute">False only shows what would be.</param>
internal sealed record ResetScope(
    IReadOnlyList<TopicSpec>? Topics,
    ResetTarget? Target,
    IReadOnlyDictionary<string, Dictionary<TopicPartition, long>>? FromFile,
    bool Execute);
