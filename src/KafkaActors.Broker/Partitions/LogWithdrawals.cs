using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// The logs that are to go. One batch is under way at a time and what comes meanwhile is the next one: a thousand
/// topics deleted at once, or one by one, cost a few flushes of the data directory and not a thousand. A log's name is
/// held until its batch is done. Owned by the <see cref="ReplicaManager"/>.
/// </summary>
internal sealed class LogWithdrawals(LogOpening opening)
{
    private readonly List<LeavingLog> _waiting = [];
    private bool _isUnderWay;

    public void Add(OpenedLog opened, Withdrawal how)
    {
        opening.HoldBack(opened.Log.Name);
        _waiting.Add(new LeavingLog(opened, how));
    }

    /// <summary>The next batch, to be ended by <see cref="Done"/>; null while one is under way or none waits.</summary>
    public IReadOnlyList<LeavingLog>? TakeBatch()
    {
        if (_isUnderWay || _waiting.Count == 0) return null;
        LeavingLog[] batch = [.. _waiting];
        _waiting.Clear();
        _isUnderWay = true;
        return batch;
    }

    /// <summary>The names of the batch are free; the files themselves go later.</summary>
    public void Done(IReadOnlyList<LeavingLog> batch)
    {
        _isUnderWay = false;
        foreach (TopicPartition name in batch.Select(one => one.Opened.Log.Name)) opening.LetGo(name);
    }
}
