using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Nodes;
using KafkaActors.Simulation.Tests.Partitions;

namespace KafkaActors.Simulation.Tests.Checking;

/// <summary>
/// Knows the one history of the partition: every record that was ever below a high watermark of any node, at its
/// offset. Readers at any node see a prefix of it, or something is wrong.
/// </summary>
internal sealed class PartitionChecker(SimCluster cluster)
{
    private readonly List<SimRecord> _committed = [];
    private readonly List<(long Offset, SimRecord Record)> _acknowledged = [];
    private readonly Dictionary<LeaderEpoch, Leadership> _leaders = [];
    private readonly Dictionary<int, int> _nextSequence = [];
    private Leadership? _newest;

    public int CommittedCount => _committed.Count;

    public int AcknowledgedCount => _acknowledged.Count;

    public void OnLeader(SimProcess process, LeaderEpoch epoch, SimLog log)
    {
        var leadership = new Leadership(process, epoch, log);
        if (!_leaders.TryAdd(epoch, leadership))
            throw new InvariantViolation(
                Invariant.OneLeaderAnEpoch,
                $"Node {process.Node.Id} leads under epoch {epoch} after node {_leaders[epoch].Process.Node.Id} did.");
        // A node that is behind may still take up a leadership that is over: it commits nothing any more.
        if (_newest is { } newest && newest.Epoch > epoch) return;
        _newest = leadership;
        foreach ((long offset, SimRecord record) in _acknowledged)
            if (offset >= log.End || log.Records[(int)offset] != record)
                throw new InvariantViolation(
                    Invariant.NoAcknowledgedLoss,
                    $"{record} was acknowledged at {offset}; node {process.Node.Id} leads under epoch {epoch} with "
                    + Found(log, offset) + ".");
        for (int offset = 0; offset < _committed.Count; offset++)
            if (offset >= log.End || log.Records[offset] != _committed[offset])
                throw new InvariantViolation(
                    Invariant.OneOffsetOneRecord,
                    $"{_committed[offset]} was committed at {offset}; node {process.Node.Id} leads under epoch {epoch} "
                    + $"with {Found(log, offset)}.");
    }

    public void OnAppend(SimProcess process, LeaderEpoch epoch)
    {
        if (_leaders[epoch].Process != process)
            throw new InvariantViolation(
                Invariant.OneLeaderAnEpoch, $"Node {process.Node.Id} appends under epoch {epoch} of another.");
    }

    public void OnLeaderHighWatermark(LeaderEpoch epoch, long highWatermark)
    {
        Leadership leadership = _leaders[epoch];
        if (highWatermark < leadership.HighWatermark)
            throw new InvariantViolation(
                Invariant.Monotone,
                $"The high watermark of epoch {epoch} goes back from {leadership.HighWatermark} to {highWatermark}.");
        leadership.HighWatermark = highWatermark;
    }

    /// <summary>The node lets readers see what its log holds between the offsets.</summary>
    public void OnHighWatermark(SimNode node, SimLog log, long from, long to)
    {
        for (long offset = from; offset < to; offset++)
        {
            SimRecord record = log.Records[(int)offset];
            if (offset < _committed.Count)
            {
                if (_committed[(int)offset] != record)
                    throw new InvariantViolation(
                        Invariant.OneOffsetOneRecord,
                        $"Node {node.Id} shows {record} at {offset}, where {_committed[(int)offset]} was seen.");
                continue;
            }

            CheckOrder(record, offset);
            _committed.Add(record);
        }
    }

    public static void OnTruncated(SimNode node, SimLog log, long offset)
    {
        if (offset < log.HighWatermark)
            throw new InvariantViolation(
                Invariant.Monotone, $"Node {node.Id} cuts to {offset} what it showed below {log.HighWatermark}.");
    }

    public void OnAcknowledged(LeaderEpoch epoch, long offset, SimRecord record)
    {
        // A duplicate was written under an earlier epoch than the one that answers it.
        if (offset >= _committed.Count || _committed[(int)offset] with { Epoch = record.Epoch } != record)
            throw new InvariantViolation(
                Invariant.OneOffsetOneRecord, $"{record} is acknowledged at {offset}, where readers see another.");
        SimRecord written = _committed[(int)offset];
        if (_newest is { } newest && newest.Epoch > epoch
            && (offset >= newest.Log.End || newest.Log.Records[(int)offset] != written))
            throw new InvariantViolation(
                Invariant.Fenced,
                $"{written} is acknowledged at {offset} under epoch {epoch}, while node {newest.Process.Node.Id} leads "
                + $"under {newest.Epoch} without it.");
        _acknowledged.Add((offset, written));
    }

    /// <summary>At rest the leader holds the whole history, and every replica what the leader holds.</summary>
    public void CheckAtRest(SimLog leader)
    {
        foreach ((long offset, SimRecord record) in _acknowledged)
            if (offset >= leader.End || leader.Records[(int)offset] != record)
                throw new InvariantViolation(
                    Invariant.NoAcknowledgedLoss,
                    $"{record} was acknowledged at {offset}, where there is {Found(leader, offset)}.");
        foreach (SimNode node in cluster.Nodes)
            if (node.Process?.Broker?.Replica is { } replica && !replica.Log.Records.SequenceEqual(leader.Records))
                throw new InvariantViolation(
                    Invariant.OneOffsetOneRecord, $"Node {node.Id} holds another log at rest.");
    }

    private void CheckOrder(SimRecord record, long offset)
    {
        if (!SimProducer.IsIdempotentId(record.Producer)) return;
        int expected = _nextSequence.GetValueOrDefault(record.Producer);
        if (record.Sequence != expected)
            throw new InvariantViolation(
                Invariant.Order, $"{record} is committed at {offset}, where sequence {expected} was next.");
        _nextSequence[record.Producer] = expected + 1;
    }

    private static string Found(SimLog log, long offset) =>
        offset < log.End ? log.Records[(int)offset].ToString() : $"nothing (its log ends at {log.End})";

    private sealed record Leadership(SimProcess Process, LeaderEpoch Epoch, SimLog Log)
    {
        public long HighWatermark { get; set; }
    }
}
