using KafkaActors.Protocol;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Takes from one log: truncation at the end, delete-records and retention at the start. What goes is withdrawn from
/// the view first; its files are renamed at once and deleted later, when nobody reads them any more. Takes turns with
/// <see cref="Cleaning.SegmentSwap"/>.
/// </summary>
internal sealed class LogTrimmer(LogState state, LogWriter writer)
{
    /// <summary>Cuts the log to end at <paramref name="offset"/>, or before the batch that holds it.</summary>
    public ErrorCode TruncateTo(WriterToken token, long offset)
    {
        lock (state.Shape)
        lock (state.Gate)
        {
            ErrorCode refusal = state.Judge(token);
            if (refusal != ErrorCode.None) return refusal;
            LogView view = state.View;
            if (offset >= view.LogEndOffset)
            {
                // An epoch that began at the end and wrote nothing is no epoch of this log.
                state.ChangeEpochs(state.Epochs.TruncateFromEnd(offset));
                return ErrorCode.None;
            }

            state.Truncations++;
            return offset < view.LogStartOffset ? StartAnew(view, offset) : CutAt(view, offset);
        }
    }

    /// <summary>Drops everything and lets the log begin, empty, at an offset.</summary>
    public ErrorCode StartAnewAt(WriterToken token, long offset)
    {
        lock (state.Shape)
        lock (state.Gate)
        {
            ErrorCode refusal = state.Judge(token);
            if (refusal != ErrorCode.None) return refusal;
            state.Truncations++;
            return StartAnew(state.View, offset);
        }
    }

    /// <summary>
    /// Whether the log start may move to an offset, and whether it has to. It must be durable before
    /// <see cref="FinishDeletion"/> makes it visible: that waits for the disk outside the lock, and appends go on. A
    /// crash in between leaves a log start that nobody was told of.
    /// </summary>
    public ErrorCode BeginDeletion(WriterToken token, long offset, out bool isNeeded)
    {
        isNeeded = false;
        lock (state.Gate)
        {
            ErrorCode refusal = state.Judge(token);
            if (refusal != ErrorCode.None) return refusal;
            if (offset < 0 || offset > state.View.HighWatermark) return ErrorCode.OffsetOutOfRange;
            isNeeded = offset > state.View.LogStartOffset;
            return ErrorCode.None;
        }
    }

    /// <summary>Moves the log start, which is durable.</summary>
    public ErrorCode FinishDeletion(WriterToken token, long offset)
    {
        lock (state.Shape)
        lock (state.Gate)
        {
            LogView view = state.View;
            if (state.Judge(token) == ErrorCode.None && offset <= view.HighWatermark)
            {
                DeleteBefore(view, offset);
                return ErrorCode.None;
            }
            // The log was cut or changed hands meanwhile: it must not begin behind its end.
            state.Services.Checkpoints.SaveLogStart(state.Log, view.LogStartOffset);
            state.Services.Checkpoints.LowerEnd(state.Log, view.LogEndOffset);
            return ErrorCode.NotLeaderOrFollower;
        }
    }

    /// <summary>Rolls by age and deletes what the configuration does not keep; how many segments went.</summary>
    public int ApplyRetention(DateTimeOffset now)
    {
        long nowMs = now.ToUnixTimeMilliseconds();
        LoadTimestamps(state.View);
        lock (state.Shape)
        lock (state.Gate)
        {
            if (state.Failure is not null || state.ClosedAs != ErrorCode.None) return 0;
            LogConfig config = state.Config;
            LogView view = state.View;
            state.Producers.Expire(nowMs);
            int expired = LogRetention.CountDeletable(view, config, nowMs);
            bool all = expired == view.Segments.Length;
            bool rolls = view.Segments[^1].Size > 0 && (all || LogRolling.IsTooOld(view.Segments[^1], nowMs, config));
            if (rolls) view = writer.Roll(view);
            if (expired == 0) return 0;
            DeleteBefore(view, Math.Max(view.LogStartOffset, view.Segments[expired].BaseOffset));
            return expired;
        }
    }

    /// <summary>
    /// Reads without the lock what the decision needs to know of segments that nobody has looked at yet.
    /// </summary>
    private static void LoadTimestamps(LogView view)
    {
        foreach (LogSegment segment in view.Segments)
        {
            if (segment.KnowsTimestamp || segment.File.Acquire() is null) continue;
            segment.Indexes();
            segment.File.Release();
        }
    }

    /// <summary>Raises the log start and deletes the segments that lie wholly below it. Under the gate.</summary>
    private void DeleteBefore(LogView view, long logStart)
    {
        logStart = Math.Max(logStart, view.LogStartOffset);
        int gone = 0;
        while (gone < view.Segments.Length - 1 && view.Segments[gone + 1].BaseOffset <= logStart) gone++;
        LogSegment[] kept = gone == 0 ? view.Segments : view.Segments[gone..];
        state.View = new LogView(kept, logStart, view.HighWatermark, view.LogEndOffset, view.ActiveBytes);
        // The epochs last: a kill in between leaves segments, which need them.
        SegmentDeletion.Begin(state, view.Segments[..gone]);
        state.ChangeEpochs(state.Epochs.TruncateFromStart(logStart));
    }

    private ErrorCode CutAt(LogView view, long offset)
    {
        int index = Math.Max(0, view.FloorSegment(offset));
        LogSegment segment = view.Segments[index];
        (long position, long end) = FindCut(segment, view.SizeOf(index), offset);
        if (end < view.LogStartOffset) return StartAnew(view, view.LogStartOffset);
        LogSegment[] kept = view.Segments[..(index + 1)];
        long highWatermark = Math.Min(view.HighWatermark, end);
        state.View = new LogView(kept, view.LogStartOffset, highWatermark, end, position);
        // In this order, or checkpoints that are being written raise again what is lowered.
        state.Flusher.Truncated(end);
        state.Services.Checkpoints.LowerEnd(state.Log, end);
        LogSegment[] dropped = view.Segments[(index + 1)..];
        foreach (LogSegment gone in dropped) gone.EndWriting();
        SegmentDeletion.Begin(state, dropped);
        segment.BecomeActive();
        segment.TruncateTo(position, end);
        // Before anything is appended in its place: of two batches at one offset, a torn write may leave the head of
        // the new one, with its epoch, before the checksummed rest of the old one.
        segment.Flush(withIndexes: false);
        state.ChangeEpochs(state.Epochs.TruncateFromEnd(end));
        state.Producers = ProducersLoader().Load(kept, view.LogStartOffset, end);
        return ErrorCode.None;
    }

    /// <summary>
    /// Where the batch with an offset begins in a segment, and the log end if it is cut there. When the offset is in a
    /// gap, the log ends where the batch before it does: that is where the next start finds its end.
    /// </summary>
    private static (long Position, long EndOffset) FindCut(LogSegment segment, long size, long offset)
    {
        using SegmentUse use = segment.Use();
        OffsetIndexEntry? entry = segment.Indexes().Offsets.FloorByOffset(offset - segment.BaseOffset);
        long? end = entry is null ? segment.BaseOffset : null;
        var walker = new BatchWalker(
            use.File, entry?.Position ?? 0, size, stackalloc byte[BatchWalker.BufferSize]);
        while (walker.MoveNext())
        {
            if (walker.Current.LastOffset >= offset) return (walker.Position, end ?? walker.Current.BaseOffset);
            end = walker.Current.NextOffset;
        }
        return walker.IsAtEnd ? (size, end ?? offset) : throw SegmentScan.NoBatch(walker.Position);
    }

    private ErrorCode StartAnew(LogView view, long offset)
    {
        state.Flusher.Truncated(0);
        state.Services.Checkpoints.LowerEnd(state.Log, 0);
        state.Services.Checkpoints.SaveLogStart(state.Log, offset);
        view.Segments[^1].EndWriting();
        SegmentDeletion.Begin(state, view.Segments);
        ProducersLoader().Forget();
        var paths = new SegmentPaths(state.DirectoryPath, offset);
        LogSegment active = LogSegment.Create(state.Files, paths, state.Services);
        state.Files.FlushDirectory(state.DirectoryPath);
        state.View = new LogView([active], offset, offset, offset, 0);
        state.Flusher.BeginsAt(offset);
        state.ChangeEpochs(LeaderEpochHistory.Empty);
        state.Producers = new ProducerStateTable(state.Config.ProducerLimits);
        // Again: checkpoints that were written in between have kept the old start if that was higher.
        state.Services.Checkpoints.SaveLogStart(state.Log, offset);
        return ErrorCode.None;
    }

    private ProducerStateLoader ProducersLoader() =>
        new(state.Files, state.DirectoryPath, state.Config.ProducerLimits, state.NowMs);
}
