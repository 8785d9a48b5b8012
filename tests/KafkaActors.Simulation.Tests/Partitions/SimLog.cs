using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Simulation.Tests.Engine;
using KafkaActors.Storage;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>
/// A replica's log on a modelled disk. What it is written by are the product's rules: writer tokens, the history of
/// leader epochs, the table of producers. What lies behind the synced end is lost with the power; the high watermark
/// goes back to its checkpoint with the process.
/// </summary>
internal sealed class SimLog(World world)
{
    private readonly List<SimRecord> _records = [];
    private WriterToken? _writer;
    private long _lastSerial;
    private long _checkpointedHighWatermark;

    public IReadOnlyList<SimRecord> Records => _records;

    public long End => _records.Count;

    public long SyncedEnd { get; private set; }

    public long HighWatermark { get; private set; }

    public LeaderEpochHistory LeaderEpochs { get; private set; } = LeaderEpochHistory.Empty;

    public ProducerStateTable Producers { get; private set; } = new();

    /// <summary>Null for an epoch below one that already wrote or was taken.</summary>
    public WriterToken? TakeWriter(ReplicaRole role, LeaderEpoch epoch)
    {
        if (epoch < WriterRules.NewestEpoch(_writer, LeaderEpochs)) return null;
        if (role == ReplicaRole.Leader) LeaderEpochs = LeaderEpochs.Assign(epoch, End);
        return _writer = new WriterToken(role, epoch, ++_lastSerial);
    }

    public ErrorCode Append(WriterToken token, SimRecord record)
    {
        if (!ReferenceEquals(token, _writer)) return ErrorCode.NotLeaderOrFollower;
        BatchHeader header = HeaderOf(record.ToBatch(End));
        ErrorCode refusal = WriterRules.Judge(token, LeaderEpochs, End, header);
        if (refusal == ErrorCode.None) Write(record, header);
        return refusal;
    }

    /// <summary>A planted bug: writes without asking who may.</summary>
    public void AppendUnasked(SimRecord record) => Write(record, HeaderOf(record.ToBatch(End)));

    public void TruncateTo(WriterToken token, long offset)
    {
        if (ReferenceEquals(token, _writer)) Cut(offset);
    }

    public void AdvanceHighWatermark(long offset) => HighWatermark = Math.Max(HighWatermark, offset);

    public void Sync() => SyncedEnd = End;

    public void Checkpoint() => _checkpointedHighWatermark = HighWatermark;

    public void ForgetMemory()
    {
        HighWatermark = _checkpointedHighWatermark;
        _writer = null;
    }

    public void LosePageCache() => Cut(SyncedEnd);

    private void Write(SimRecord record, in BatchHeader header)
    {
        LeaderEpochs = LeaderEpochs.Assign(record.Epoch, End);
        Producers.Update(header, world.Now);
        _records.Add(record);
    }

    private void Cut(long offset)
    {
        LeaderEpochs = LeaderEpochs.TruncateFromEnd(offset);
        if (offset >= End) return;
        _records.RemoveRange((int)offset, (int)(End - offset));
        SyncedEnd = Math.Min(SyncedEnd, offset);
        HighWatermark = Math.Min(HighWatermark, offset);
        _checkpointedHighWatermark = Math.Min(_checkpointedHighWatermark, offset);
        Producers = new ProducerStateTable();
        for (int at = 0; at < _records.Count; at++) Producers.Update(_records[at].ToBatch(at), world.Now);
    }

    private static BatchHeader HeaderOf(RecordBatch batch) =>
        BatchHeader.TryRead(batch.Bytes.Span, out BatchHeader header)
            ? header
            : throw new InvalidOperationException("A batch has a header.");
}
