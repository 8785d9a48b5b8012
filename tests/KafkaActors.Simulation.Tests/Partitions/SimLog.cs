using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>
/// A replica's log: records by offset, with the leader-epoch history of the real cores. What lies behind the synced end
/// is lost with the power; the high watermark goes back to its checkpoint with the process.
/// </summary>
internal sealed class SimLog
{
    private readonly List<SimRecord> _records = [];
    private long _checkpointedHighWatermark;

    public IReadOnlyList<SimRecord> Records => _records;

    public long End => _records.Count;

    public long SyncedEnd { get; private set; }

    public long HighWatermark { get; private set; }

    public LeaderEpochHistory History { get; private set; } = LeaderEpochHistory.Empty;

    public LeaderEpoch? LastEpoch => _records.Count == 0 ? null : _records[^1].Epoch;

    public void Append(SimRecord record)
    {
        History = History.Append(record.Epoch, End);
        _records.Add(record);
    }

    public void TruncateTo(long offset)
    {
        if (offset >= End) return;
        _records.RemoveRange((int)offset, (int)(End - offset));
        History = History.TruncateTo(offset);
        SyncedEnd = Math.Min(SyncedEnd, offset);
        HighWatermark = Math.Min(HighWatermark, offset);
        _checkpointedHighWatermark = Math.Min(_checkpointedHighWatermark, offset);
    }

    public void AdvanceHighWatermark(long offset) => HighWatermark = Math.Max(HighWatermark, offset);

    public void Sync() => SyncedEnd = End;

    public void Checkpoint() => _checkpointedHighWatermark = HighWatermark;

    public void ForgetMemory() => HighWatermark = _checkpointedHighWatermark;

    public void LosePageCache() => TruncateTo(SyncedEnd);
}
