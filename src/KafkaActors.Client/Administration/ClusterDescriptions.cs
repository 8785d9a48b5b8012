using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Administration;

/// <summary>Reads descriptions of the cluster from its metadata. Pure.</summary>
internal static class ClusterDescriptions
{
    public static ClusterDescription Of(MetadataResponse response) => new(
        response.ClusterId ?? "",
        response.ControllerId,
        [.. response.Brokers.Select(broker => new BrokerDescription(broker.NodeId, broker.Host, broker.Port))],
        [.. response.Topics.Select(Topic)]);

    private static TopicMetadata Topic(MetadataResponse.MetadataTopic topic) => new(
        topic.ErrorCode, topic.Name ?? "", topic.TopicId, topic.IsInternal, [.. topic.Partitions.Select(Partition)]);

    private static PartitionMetadata Partition(MetadataResponse.MetadataPartition partition) => new(
        partition.ErrorCode,
        partition.PartitionIndex,
        partition.LeaderId,
        partition.LeaderEpoch,
        partition.ReplicaNodes,
        partition.IsrNodes);
}
