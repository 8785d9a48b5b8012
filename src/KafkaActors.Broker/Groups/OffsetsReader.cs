using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Broker.Groups;

/// <summary>Reads partitions of the offsets topic that this node leads.</summary>
internal sealed class OffsetsReader(PartitionRegistry partitions, Func<MetadataImage> image, BlockingIo blocking)
{
    /// <param name="upTo">A committed offset.</param>
    /// <exception cref="IOException">The partition cannot be read here.</exception>
    public Task<LoadedPartition> LoadAsync(int partition, long upTo)
    {
        if (image().Topic(OffsetsTopic.Name) is not { } topic
            || !partitions.TryGet(topic.Partitions[partition].Id, out PartitionHandle? handle)
            || handle.Route is null)
            return Task.FromException<LoadedPartition>(new IOException("it is led by another node"));
        return blocking.Run(() => OffsetsLoader.Load(handle.Log, upTo));
    }
}
