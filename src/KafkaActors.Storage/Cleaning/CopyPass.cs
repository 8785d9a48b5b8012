using System.Runtime.InteropServices;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// The second pass of a cleaning: copies what stays of a group of segments. A record goes when the map knows a later
/// one of its key, or when it is a tombstone past its batch's delete horizon. A record without a key always stays. A
/// batch without records goes, unless it holds its producer's last sequence or the last offset that this cleaning
/// reaches, from where a follower or consumer goes on.
/// </summary>
/// <param name="mapEnd">Up to which offset, exclusive, the map speaks for all records.</param>
internal sealed class CopyPass(
    CleaningPlan plan, KeyOffsetMap map, long mapEnd, RecordBatchFilter filter, CleaningIo io)
{
    private readonly long _nowMs = plan.Now.ToUnixTimeMilliseconds();
    private readonly TimeSpan? _deleteRetention = plan.Log.Config.DeleteRetention;
    private readonly List<UInt128> _hashes = [];
    private readonly List<long> _latest = [];
    private readonly List<bool> _stays = [];
    private IReadOnlyDictionary<long, long> _lastOffsets = new Dictionary<long, long>();

    public long RecordsKept { get; private set; }

    public long RecordsRemoved { get; private set; }

    /// <summary>
    /// Copies a group; false when nothing of it was removed or changed.
    /// </summary>
    /// <param name="isLast">Whether it is the last group of the cleaning.</param>
    /// <param name="lastOffsets">The last offset that each active producer wrote at.</param>
    public bool Run(
        LogSegment[] group, CleanedSegment cleaned, bool isLast, IReadOnlyDictionary<long, long> lastOffsets)
    {
        _lastOffsets = lastOffsets;
        bool isChanged = false;
        byte[]? lastRemoved = null;
        foreach (LogSegment segment in group)
        {
            foreach (RecordBatch batch in io.Read(segment))
            {
                ReadOnlyMemory<byte> stays = WhatStays(batch);
                isChanged |= !stays.Equals(batch.Bytes);
                lastRemoved = isLast && stays.IsEmpty ? RecordBatchFilter.Emptied(batch) : null;
                Write(cleaned, stays);
            }
        }
        if (lastRemoved is not null) Write(cleaned, lastRemoved);
        return isChanged;
    }

    /// <summary>The batch itself, another in its place, or nothing.</summary>
    private ReadOnlyMemory<byte> WhatStays(RecordBatch batch)
    {
        if (DirtyPass.IsOpaque(batch) || batch.BaseOffset >= mapEnd || !TryFilter(batch)) return batch.Bytes;
        RecordsKept += filter.Kept;
        RecordsRemoved += filter.Removed;
        if (filter.Kept == 0)
        {
            bool isNeeded = batch.NextOffset > mapEnd || IsLastOfProducer(batch);
            return !isNeeded ? default : batch.RecordCount == 0 ? batch.Bytes : RecordBatchFilter.Emptied(batch);
        }
        long? horizon = NewHorizon(batch);
        return filter.Removed == 0 && horizon is null ? batch.Bytes : filter.Build(horizon);
    }

    private bool TryFilter(RecordBatch batch)
    {
        try
        {
            filter.Open(batch);
        }
        catch (CorruptRecordException)
        {
            return false;
        }
        LookUp();
        bool isPastHorizon = batch.Attributes.HasDeleteHorizon && batch.BaseTimestamp <= _nowMs;
        _stays.Clear();
        for (int i = 0; i < filter.Records.Length; i++) _stays.Add(Stays(filter.Records[i], _latest[i], isPastHorizon));
        filter.Retain(CollectionsMarshal.AsSpan(_stays));
        return true;
    }

    /// <summary>
    /// Finds the last offset of the key of each record. All of a batch in one loop: the places in the map are far apart,
    /// and the processor waits for many of them at once when nothing depends on one.
    /// </summary>
    private void LookUp()
    {
        _hashes.Clear();
        _latest.Clear();
        foreach (ref readonly RecordView record in filter.Records)
            _hashes.Add(record.Key is { } key ? map.HashOf(key.Span) : default);
        foreach (UInt128 hash in _hashes) _latest.Add(map.OffsetOf(hash));
    }

    private bool Stays(in RecordView record, long latest, bool isPastHorizon)
    {
        if (record.Offset >= mapEnd || !record.HasKey) return true;
        return latest <= record.Offset && (record.HasValue || !isPastHorizon);
    }

    /// <summary>
    /// When the tombstones of a batch may go, if this is the first cleaning after which they are the last of their
    /// keys: from now on nobody who begins to read finds what they delete, and who has read it has so long to see them.
    /// </summary>
    private long? NewHorizon(RecordBatch batch)
    {
        bool isNew = filter.KeepsTombstones && !batch.Attributes.HasDeleteHorizon && batch.NextOffset <= mapEnd;
        return isNew && _deleteRetention is { } retention ? _nowMs + (long)retention.TotalMilliseconds : null;
    }

    private bool IsLastOfProducer(RecordBatch batch) =>
        batch.HasProducerId && _lastOffsets.TryGetValue(batch.ProducerId, out long last) && last == batch.LastOffset;

    private void Write(CleanedSegment cleaned, ReadOnlyMemory<byte> batch)
    {
        if (batch.IsEmpty) return;
        cleaned.Append(batch.Span);
        io.Wrote(batch.Length);
    }
}
