using Akka.Actor;
using Akka.Event;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Carries what flush threads learn to the partitions, and what is wrong with a disk to the node's log, one line each.
/// Made before the data directories are opened, which is before there is an ActorSystem, and in use when they are
/// closed, which is after: what happens until <see cref="Attach"/> is seen when a partition first looks at its log;
/// damage found until <see cref="LogTo"/> is logged then, and after <see cref="EndLogging"/> written out directly.
/// </summary>
internal sealed class PartitionLogObserver(TextWriter? lastResort = null) : ILogObserver
{
    /// <summary>Directories that have more to tell before the node starts are told of in part.</summary>
    private const int MaxUnsaid = 1_000;

    private readonly Lock _gate = new();
    private readonly Queue<LogDamage> _unsaid = new();
    private volatile PartitionRegistry? _partitions;
    private ILoggingAdapter? _log;
    private bool _hasEnded;

    public void Attach(PartitionRegistry partitions) => _partitions = partitions;

    public void LogTo(ILoggingAdapter log)
    {
        lock (_gate)
        {
            _log = log;
            while (_unsaid.TryDequeue(out LogDamage? damage)) Say(damage);
        }
    }

    /// <summary>The system that the log belonged to has ended, or never came to be.</summary>
    public void EndLogging()
    {
        lock (_gate)
        {
            (_log, _hasEnded) = (null, true);
            while (_unsaid.TryDequeue(out LogDamage? damage)) Say(damage);
        }
    }

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

    public void Damaged(LogDamage damage)
    {
        lock (_gate)
        {
            if (_log is not null || _hasEnded) Say(damage);
            else if (_unsaid.Count < MaxUnsaid) _unsaid.Enqueue(damage);
        }
    }

    private void Say(LogDamage damage)
    {
        string line = damage.ToString();
        if (_log is null) lastResort?.WriteLine(line);
        else if (damage.IsError) _log.Error("{0}", line);
        else _log.Warning("{0}", line);
    }

    private bool TryFind(PartitionLog log, out PartitionHandle? partition)
    {
        partition = null;
        return _partitions?.TryGet(new TopicIdPartition(log.TopicId, log.Name.Partition), out partition) == true
            && ReferenceEquals(partition.Log, log);
    }
}
