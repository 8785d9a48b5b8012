using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// The first pass of a cleaning: finds the last offset of each key among the records that were not compacted yet, as
/// far as the map has room. Records that belong to a transaction supersede nothing: the log does not know yet whether
/// it was committed.
/// </summary>
internal sealed class DirtyPass(CleaningPlan plan, KeyOffsetMap map, CleaningIo io)
{
    private readonly List<(UInt128 Hash, long Offset)> _keys = [];

    /// <summary>
    /// Fills the map; up to which offset, exclusive, it speaks for all records. That is beyond the first dirty offset.
    /// </summary>
    public long Run()
    {
        map.Clear(plan.EndOffset - plan.FirstDirtyOffset);
        LogView view = plan.View;
        for (int i = 0; view.Segments[i].BaseOffset < plan.EndOffset; i++)
        {
            if (view.EndOffsetOf(i) <= plan.FirstDirtyOffset) continue;
            if (FirstWithoutRoom(view.Segments[i]) is { } end) return end;
        }
        return plan.EndOffset;
    }

    /// <summary>Whether the cleaner only copies a batch.</summary>
    public static bool IsOpaque(RecordBatch batch) => batch.Attributes.IsControl || batch.Attributes.IsTransactional;

    private long? FirstWithoutRoom(LogSegment segment)
    {
        foreach (RecordBatch batch in io.Read(segment))
        {
            if (batch.NextOffset <= plan.FirstDirtyOffset || IsOpaque(batch) || !TryReadKeys(batch)) continue;
            foreach ((UInt128 hash, long offset) in _keys)
            {
                if (!map.TryPut(hash, offset)) return offset;
            }
        }
        return null;
    }

    /// <summary>
    /// False when the records cannot be read, which only a batch's producer can be guilty of: it is kept as it is, and
    /// none of its records, which nobody else can read either, supersedes another.
    /// </summary>
    private bool TryReadKeys(RecordBatch batch)
    {
        _keys.Clear();
        try
        {
            foreach (RecordView record in batch.Records())
            {
                if (record.Offset < plan.FirstDirtyOffset || record.Key is not { } key) continue;
                _keys.Add((map.HashOf(key.Span), record.Offset));
            }
            return true;
        }
        catch (CorruptRecordException)
        {
            return false;
        }
    }
}
