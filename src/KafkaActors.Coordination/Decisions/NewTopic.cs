using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>A topic to create.</summary>
/// <param name="Partitions">-1 for the policy's.</param>
/// <param name="ReplicationFactor">-1 for the policy's.</param>
/// <param name="Assignment">Replicas of each partition, or empty: the controller places them.</param>
public sealed record NewTopic(
    string Name,
    int Partitions,
    short ReplicationFactor,
    IReadOnlyList<IReadOnlyList<NodeId>> Assignment,
    IReadOnlyDictionary<string, string> Configs)
{
    /// <summary>A topic by the policy's defaults.</summary>
    public static NewTopic Named(string name, int partitions = -1, short replicationFactor = -1) =>
        new(name, partitions, replicationFactor, [], new Dictionary<string, string>());
}
