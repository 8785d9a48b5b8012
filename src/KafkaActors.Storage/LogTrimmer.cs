using KafkaActors.Protocol;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Takes from one log: truncation at the end, delete-records and retention at the start. What goes is withdrawn from
/// the view first; its files are renamed at once and deleted later, when nobody reads them any more.
/// </summary>
internal sealed class LogTrimmer(LogState state, LogWriter writer)
{
    /// <summary>Cuts the log to end at <paramref name="offset"/>, or before the batch that holds it.</summary>
    public ErrorCode TruncateTo(WriterToken token, long offset)
    {
        lock (state.Gate)
        {
            ErrorCode refusal = state.Judge(token);
            if (refusal != ErrorCode.None) return refusal;
            LogView view = state.View;
            if (offset >= view.LogEndOffset) return ErrorCode.None;
            if (offset < view.LogStartOffset) return StartAnew(view, offset);
            state.Services.Checkpoints.LowerRecoveryPoint(state.Log.Name, offset);
            CutAt(view, offset);
            return ErrorCode.None;
        }
    }

    /// <summary>Drops everything and lets the log begin, empty, at an offset.</summary>
    public ErrorCode StartAnewAt(WriterToken token, long offset)
    {
        lock (state.Gate)
        {
            ErrorCode refusal = state.Judge(token);
            return refusal != ErrorCode.None ? refusal : StartAnew(state.View, offset);
        }
    }

    /// <summary>Moves the log start; durable before it is visible.</summary>
    public ErrorCode DeleteRecordsBefore(WriterToken token, long offset)
    {
        lock (state.Gate)
        {
            ErrorCode refusal = state.Judge(token);
            if (refusal != ErrorCode.None) return refusal;
            if (offset < 0 || offset > state.View.HighWatermark) return ErrorCode.OffsetOutOfRange;
            if (offset <= state.View.LogStartOffset) return ErrorCode.None;
        }
        // The fsync waits outside the lock: appends go on. A crash here leaves a log start that nobody was told of.
        state.Services.Checkpoints.SaveLogStart(state.Log.Name, offset);
        lock (state.Gate) DeleteBefore(state.View, offset);
        return ErrorCode.None;
    }

    /// <summary>Rolls by age and deletes what the configuration does not keep; how many segments went.</summary>
    public int ApplyRetention(DateTimeOffset now)
    {
        long nowMs = now.ToUnixTimeMilliseconds();
        LoadTimestamps(state.View);
        lock (state.Gate)
        {
            if (state.Failure is not null || state.ClosedAs != ErrorCode.None) return 0;
            LogConfig config = state.Config;
            LogView view = state.View;
            state.Producers.Expire(nowMs, (long)config.ProducerIdExpiration.TotalMilliseconds);
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
        state.ChangeEpochs(state.Epochs.TruncateFromStart(logStart));
        SegmentDeletion.Begin(state, view.Segments[..gone]);
    }

    private void CutAt(LogView view, long offset)
    {
        int index = Math.Max(0, view.FloorSegment(offset));
        LogSegment segment = view.Segments[index];
        (long position, long end) = FindCut(segment, view.SizeOf(index), offset);
        LogSegment[] kept = view.Segments[..(index + 1)];
        long highWatermark = Math.Min(view.HighWatermark, end);
        state.View = new LogView(kept, view.LogStartOffset, highWatermark, end, position);
        state.Flusher.Truncated(end);
        LogSegment[] dropped = view.Segments[(index + 1)..];
        foreach (LogSegment gone in dropped) gone.EndWriting();
        SegmentDeletion.Begin(state, dropped);
        segment.TruncateTo(position, end);
        segment.BecomeActive();
        state.ChangeEpochs(state.Epochs.TruncateFromEnd(end));
        var producers = new ProducerStateLoader(state.Files, state.DirectoryPath);
        state.Producers = producers.Load(kept, view.LogStartOffset, end);
    }

    /// <summary>Where the batch with an offset begins in a segment, and the log end if it is cut there.</summary>
    private static (long Position, long EndOffset) FindCut(LogSegment segment, long size, long offset)
    {
        using SegmentUse use = segment.Use();
        long from = segment.Indexes().Offsets.FloorByOffset(offset - segment.BaseOffset)?.Position ?? 0;
        BatchPlace? place = SegmentScan.Find(use.File, from, size, offset);
        return place is { } batch ? (batch.Position, Math.Min(offset, batch.Header.BaseOffset)) : (size, offset);
    }

    private ErrorCode StartAnew(LogView view, long offset)
    {
        state.Services.Checkpoints.LowerRecoveryPoint(state.Log.Name, 0);
        state.Services.Checkpoints.SaveLogStart(state.Log.Name, offset);
        view.Segments[^1].EndWriting();
        SegmentDeletion.Begin(state, view.Segments);
        var paths = new SegmentPaths(state.DirectoryPath, offset);
        LogSegment active = LogSegment.Create(state.Files, paths, state.Services);
        state.View = new LogView([active], offset, offset, offset, 0);
        state.Flusher.Truncated(offset);
        state.Flusher.DirectoryChanged();
        state.ChangeEpochs(LeaderEpochHistory.Empty);
        state.Producers = new ProducerStateTable();
        return ErrorCode.None;
    }
}
