using KafkaActors.Protocol.Messages;

namespace KafkaActors.Network.Versions;

/// <summary>Which release of Apache Kafka was the first with an API, for those that 2.1 does not have.</summary>
internal static class KafkaReleases
{
    /// <summary>The end of a sentence that says that a broker has no such API.</summary>
    public static string WordFor(ApiKey api) => FirstWith(api) is { } release
        ? $"which Apache Kafka has from {release} on"
        : "which no Apache Kafka has: it takes a node of this system, of this release or later";

    private static string? FirstWith(ApiKey api) => api switch
    {
        ApiKey.IncrementalAlterConfigs => "2.3",
        ApiKey.OffsetDelete => "2.4",
        ApiKey.DescribeCluster or ApiKey.DescribeProducers or ApiKey.UnregisterBroker => "2.8",
        ApiKey.DescribeQuorum => "3.3",
        ApiKey.DescribeTopicPartitions => "3.8",
        ApiKey.AddRaftVoter or ApiKey.RemoveRaftVoter => "3.9",
        ApiKey.ConsumerGroupHeartbeat or ApiKey.ConsumerGroupDescribe => "4.0",
        ApiKey.RemoveStrays => null,
        _ => "2.1",
    };
}
