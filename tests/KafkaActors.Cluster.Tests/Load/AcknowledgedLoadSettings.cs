using KafkaActors.Protocol;

namespace KafkaActors.Cluster.Tests.Load;

/// <summary>What an <see cref="AcknowledgedLoad"/> sends, and how.</summary>
internal sealed record AcknowledgedLoadSettings(TopicPartition Partition)
{
    public int ValueBytes { get; init; } = 100;

    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromMinutes(2);

    public bool IsIdempotent { get; init; } = true;

    public IReadOnlyDictionary<string, string> TopicConfigs { get; init; } = new Dictionary<string, string>();
}
