using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Storage.Tests.Cleaning;

/// <summary>
/// What a compacted log must hold, in a dictionary: every record that was ever appended, by offset. Compaction may take
/// any away but the last of a key; to who reads from the log start on, it is as if none were missing.
/// </summary>
internal sealed class CompactionModel
{
    private readonly SortedDictionary<long, ReadRecord> _records = [];
    private readonly Dictionary<long, (long BaseOffset, int NextSequence)> _producers = [];

    public long End { get; private set; }

    /// <summary>Takes note of a batch before it is appended.</summary>
    public void Add(KeyedBatch batch)
    {
        for (int i = 0; i < batch.Records.Length; i++)
        {
            (string? key, string? value) = batch.Records[i];
            long offset = batch.BaseOffset + i;
            _records[offset] = new ReadRecord(offset, batch.Timestamp + i, key, value);
        }
        End = batch.BaseOffset + batch.Records.Length;
        if (batch.Producer.ProducerId < 0) return;
        int next = batch.Producer.BaseSequence + batch.Records.Length;
        _producers[batch.Producer.ProducerId] = (batch.BaseOffset, next);
    }

    public int NextSequence(long producerId) => _producers.GetValueOrDefault(producerId).NextSequence;

    public void Check(PartitionLog log, string when) => Check(log, log.LogEndOffset, when);

    /// <summary>Checks a log that may have lost what was appended last.</summary>
    public void Check(PartitionLog log, long end, string when)
    {
        Assert.That(log.Failure, Is.Null, when);
        Assert.That(log.LogEndOffset, Is.EqualTo(end), when);
        List<ReadRecord> found = CompactedLog.Records(log);
        foreach (ReadRecord record in found) Assert.That(record, Is.EqualTo(_records[record.Offset]), when);
        Assert.That(found.Select(record => record.Offset), Is.Ordered.Ascending.And.Unique, when);
        IEnumerable<ReadRecord> all = _records.Values
            .Where(record => record.Offset >= log.LogStartOffset && record.Offset < end);
        Assert.That(CompactedLog.Replay(found), Is.EqualTo(CompactedLog.Replay(all)), when);
        using LogReadResult read = log.Read(log.LogStartOffset, long.MaxValue, int.MaxValue, atLeastOneBatch: true);
        Assert.That(read.NextOffset, Is.GreaterThan(log.LogStartOffset).Or.EqualTo(end), when);
    }

    /// <summary>A retry of each producer's last batch is known, and its next one follows.</summary>
    public void CheckProducers(PartitionLog log, string when)
    {
        ProducerStateTable table = log.CopyProducerState();
        foreach ((long id, (long baseOffset, int next)) in _producers)
        {
            bool isThere = baseOffset >= log.LogStartOffset && next > 0 && _records.ContainsKey(baseOffset);
            if (!isThere || baseOffset >= log.LogEndOffset) continue;
            var batch = new KeyedBatch(("a", "1")) { Producer = new ProducerSequence(id, 0, next) };
            Assert.That(table.Check(batch.Build(), nowMs: 0, log.LogEndOffset).Error, Is.EqualTo(ErrorCode.None), when);
            Assert.That(table.Find(id)!.Batches[^1].BaseOffset, Is.EqualTo(baseOffset), when);
        }
    }

    /// <summary>After a cleaning with room for all keys: one record of each below its end.</summary>
    public static void CheckCompact(PartitionLog log, long cleanedTo, string when)
    {
        IEnumerable<string?> keys = CompactedLog.Records(log)
            .Where(record => record.Offset < cleanedTo && record.Key is not null).Select(record => record.Key);
        Assert.That(keys, Is.Unique, when);
    }
}
