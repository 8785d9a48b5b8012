using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.Partitions;

/// <summary>What a partition needs of its topic's configuration to judge and answer appends.</summary>
/// <param name="MinInSyncReplicas"><c>min.insync.replicas</c></param>
/// <param name="IsGroupCommit">An append counts once it is flushed, not once it is written.</param>
internal sealed record PartitionSettings(RecordBatchRules Rules, int MinInSyncReplicas, bool IsGroupCommit)
{
    /// <summary><c>compression.type</c>: the codec that batches are stored in; null where producers choose.</summary>
    public CompressionType? Compression { get; init; }
}
