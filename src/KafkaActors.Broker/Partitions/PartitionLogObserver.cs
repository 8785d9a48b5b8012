using Akka.Actor;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Carries what flush threads learn to the partitions. Made before the data directories are opened, which is before
/// there is an ActorSystem: what happens until <see cref="Attach"/> is seen when a partition first looks at its log.
/// </summary>
internal sealed class PartitionLogObserver : ILogObserver
{
    private volatile PartitionRegistry? _partitions;

    public void Attach(PartitionRegistry partitions) => _partitions = partitions;

    public void Flushed(PartitionLog log, long flushedOffset)
    {
        if (TryFind(log, out PartitionHandle? partition))
            partition!.Actor?.Tell(new PartitionProtocol.Flushed(log, flushedOffset), ActorRefs.NoSender);
    }

    public void Failed(PartitionLog log, LogFailure failure)
    {
        if (TryFind(log, out PartitionHandle? partition))
            partition!.Owner.Tell(new ReplicaManagerProtocol.LogFailed(log), ActorRefs.NoSender);
    }

    private bool TryFind(PartitionLog log, out PartitionHandle? partition)
    {
        partition = null;
        return _partitions?.TryGet(new TopicIdPartition(log.TopicId, log.Name.Partition), out partition) == true
            && ReferenceEquals(partition.Log, log);
    }
}
