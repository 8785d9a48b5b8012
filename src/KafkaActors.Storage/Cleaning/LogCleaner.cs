using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// Compacts logs, one at a time, on its caller's thread, which it keeps busy for as long as the disk and the throttle
/// take: keeps the last record of each key, and never changes an offset. Two passes: <see cref="DirtyPass"/> notes the
/// last offset of each key that is new, <see cref="CopyPass"/> copies from the first segment on what stays, group by
/// group, and <see cref="SegmentSwap"/> puts each group's copy in its place. Whatever goes wrong before that takes
/// nothing away. Owned by one thread; keeps the key map between logs until <see cref="Release"/>.
/// </summary>
/// <param name="keyMapBytes">What the key map may take: 24 bytes a key.</param>
/// <param name="keyMapLoadFactor">How full it may get, up to 1.</param>
public sealed class LogCleaner(long keyMapBytes, double keyMapLoadFactor, IoThrottle throttle)
{
    private readonly KeyOffsetMap _map = new(keyMapBytes, keyMapLoadFactor);
    private readonly RecordBatchFilter _filter = new();

    /// <summary>The memory that the key map holds now.</summary>
    public long KeyMapBytes => _map.SizeInBytes;

    /// <summary>
    /// Carries out a plan; null when the log is being cleaned already, or closed. A log that is cut or closed
    /// meanwhile, and a stop, end it early: what was replaced by then stays so.
    /// </summary>
    /// <exception cref="IOException">
    /// The disk failed. The log is as it was, or as far as it was compacted by then; it is offline only when the disk
    /// failed while segments were being replaced. A <see cref="CorruptLogException"/> tells of rot, which is confined:
    /// the log is not compacted over it.
    /// </exception>
    public CleaningReport? Clean(CleaningPlan plan, CancellationToken stop)
    {
        LogState state = plan.Log.State;
        using CleaningTurns.Turn? turn = state.Cleaning.TryBegin(stop);
        if (turn is null) return null;
        var run = new Run(this, plan, new CleaningIo(state, throttle, turn.Stopped));
        try
        {
            return run.Execute();
        }
        catch (OperationCanceledException)
        {
            return run.Report(isComplete: false);
        }
        catch (CorruptLogException) when (IsOutdated(plan))
        {
            // What looked like the end of a segment was the place of the cut.
            return run.Report(isComplete: false);
        }
        catch (CorruptLogException)
        {
            run.Confine();
            throw;
        }
    }

    /// <summary>Gives the key map's memory back, until the next log.</summary>
    public void Release() => _map.Release();

    /// <summary>Whether the log was cut since, or went offline, or is being closed.</summary>
    private static bool IsOutdated(CleaningPlan plan)
    {
        LogState state = plan.Log.State;
        lock (state.Gate)
        {
            return state.Truncations != plan.Truncations
                || state.Failure is not null
                || state.ClosedAs != ErrorCode.None;
        }
    }

    /// <summary>One plan being carried out.</summary>
    private sealed class Run(LogCleaner owner, CleaningPlan plan, CleaningIo io)
    {
        private readonly LogState _state = plan.Log.State;
        private readonly SegmentSwap _swap = new(plan.Log.State);
        private long _end = plan.FirstDirtyOffset;
        private long _bytesBefore;
        private long _bytesAfter;
        private CopyPass? _copy;

        public CleaningReport Execute()
        {
            _end = new DirtyPass(plan, owner._map, io).Run();
            _copy = new CopyPass(plan, owner._map, _end, owner._filter, io);
            List<LogSegment[]> groups = SegmentGroups.Of(plan.View, _end, plan.Log.Config.SegmentBytes);
            for (int i = 0; i < groups.Count; i++)
            {
                if (!plan.Log.Config.CleanupPolicy.HasFlag(CleanupPolicy.Compact)) return Report(isComplete: false);
                if (!TryClean(groups[i], isLast: i == groups.Count - 1)) return Report(isComplete: false);
            }
            return Report(isComplete: TrySaveEnd());
        }

        /// <summary>Reads of what the cleaning could not read are refused from here on; the rest is served.</summary>
        public void Confine()
        {
            LogView view = _state.View;
            int index = io.Source is { } source ? Array.IndexOf(view.Segments, source) : -1;
            if (index < 0 || view.Segments[index].File.Acquire() is not { } file) return;
            try
            {
                new RotFinder(_state).TryConfine(view, index, file);
            }
            finally
            {
                view.Segments[index].File.Release();
            }
        }

        public CleaningReport Report(bool isComplete) => new(
            plan.Log.Name,
            plan.FirstDirtyOffset,
            _end,
            isComplete,
            io.BytesRead,
            io.BytesWritten,
            _bytesBefore,
            _bytesAfter,
            _copy?.RecordsKept ?? 0,
            _copy?.RecordsRemoved ?? 0);

        /// <summary>
        /// False when the cleaning must end here. None goes on past a group that is not clean: a later one may hold the
        /// tombstone of a record in it, and lose it. Where retention has taken segments of the group meanwhile, what it
        /// has left is cleaned.
        /// </summary>
        private bool TryClean(LogSegment[] group, bool isLast)
        {
            while (group.Length > 0)
            {
                if (IsOutdated(plan)) return false;
                if (TryReplace(group, isLast)) return true;
                group = [.. group.Intersect(_state.View.Segments)];
            }
            return true;
        }

        private bool TryReplace(LogSegment[] group, bool isLast)
        {
            using var cleaned = new CleanedSegment(
                _state.Files, group[0].Paths, plan.Log.Config.IndexIntervalBytes);
            bool isChanged = _copy!.Run(group, cleaned, isLast, LastOffsets());
            if (!isChanged && group.Length == 1) return true;
            cleaned.Complete();
            long after = cleaned.Size;
            if (!_swap.TryReplace(group, cleaned, plan)) return false;
            _bytesBefore += group.Sum(segment => segment.Size);
            _bytesAfter += after;
            return true;
        }

        private Dictionary<long, long> LastOffsets()
        {
            var offsets = new Dictionary<long, long>();
            lock (_state.Gate)
            {
                foreach (ProducerState producer in _state.Producers.Producers)
                {
                    if (!producer.Batches.IsEmpty) offsets[producer.ProducerId] = producer.Batches[^1].LastOffset;
                }
            }
            return offsets;
        }

        /// <summary>A cut lowers the same checkpoint: the two must not cross.</summary>
        private bool TrySaveEnd()
        {
            lock (_state.Shape)
            {
                if (IsOutdated(plan)) return false;
                _state.Services.Checkpoints.SaveFirstDirty(plan.Log, _end);
                return true;
            }
        }
    }
}
