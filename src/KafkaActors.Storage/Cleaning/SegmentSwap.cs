using KafkaActors.Protocol;
using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// Puts a cleaned segment in the place of those it was made from. A kill at any point leaves a readable log:
/// <code>
/// BASE.log.cleaned     being written, on the disk when it is whole; a start removes it
/// BASE.log.swap        it counts from this rename on, which comes last of its files': a start completes what follows
///   the view           shows the new segment, whose file is open
///   the old segments   are renamed to *.deleted, oldest first
/// BASE.log             the new segment's files get their names, the .log last
/// </code>
/// A start knows the segments that were replaced by the offsets of the new one. Those at the end of which nothing was
/// left may survive it, and are as they were: nothing behind them has been replaced yet, so whatever supersedes their
/// records is still there. Readers of the old segments keep them open. Takes turns with truncation, deletion and
/// retention; appends go on.
/// </summary>
internal sealed class SegmentSwap(LogState state)
{
    private const string SwapLog = LogFileNames.Log + LogFileNames.Swap;

    private readonly IFileSystem _files = state.Files;

    /// <summary>
    /// False, and nothing has changed, when the segments are not all in the log any more, or the log was cut since the
    /// plan was made. A disk that fails here takes the log offline: which of its files are in place is for the next
    /// start to find out.
    /// </summary>
    /// <exception cref="IOException">The log went offline.</exception>
    public bool TryReplace(LogSegment[] group, CleanedSegment cleaned, CleaningPlan plan)
    {
        bool isReplaced = false;
        ErrorCode error = state.Guard(LogFailureKind.Write, "replacing segments by a cleaned one", () =>
        {
            lock (state.Shape)
            {
                if (!IsInPlace(group, plan.Truncations)) return ErrorCode.None;
                state.AllowGaps();
                state.Services.Checkpoints.RaiseRecoveryPoint(state.Log, plan.EndOffset);
                Replace(group, cleaned);
                isReplaced = true;
                return ErrorCode.None;
            }
        });
        if (error != ErrorCode.None) throw new IOException("the log went offline while it was cleaned");
        return isReplaced;
    }

    /// <summary>Completes, or undoes, what a killed process left in a log's directory.</summary>
    public static void Complete(IFileSystem files, string directory)
    {
        IReadOnlyList<string> names = files.FileNames(directory);
        bool isChanged = false;
        foreach (string name in names)
        {
            if (!LogFileNames.TryParseOffset(name, SwapLog, out long baseOffset)) continue;
            Complete(files, new SegmentPaths(directory, baseOffset), names);
            isChanged = true;
        }
        if (isChanged) files.FlushDirectory(directory);
    }

    private bool IsInPlace(LogSegment[] group, long truncations)
    {
        lock (state.Gate)
        {
            if (state.Failure is not null || state.ClosedAs != ErrorCode.None) return false;
            LogSegment[] segments = state.View.Segments;
            int first = Array.IndexOf(segments, group[0]);
            bool isSealed = first >= 0 && first + group.Length < segments.Length;
            return isSealed && state.Truncations == truncations
                && segments.AsSpan(first, group.Length).SequenceEqual(group);
        }
    }

    private void Replace(LogSegment[] group, CleanedSegment cleaned)
    {
        state.AssertShape();
        SegmentPaths swap = cleaned.Target.With(LogFileNames.Swap);
        Move(_files, cleaned.Paths, swap);
        _files.FlushDirectory(state.DirectoryPath);
        LogSegment segment = cleaned.HandOver(state.Services);
        Publish(group, segment);
        SegmentDeletion.Begin(state, group, replaced: group[0]);
        Move(_files, swap, cleaned.Target);
        _files.FlushDirectory(state.DirectoryPath);
        segment.Settle();
    }

    private void Publish(LogSegment[] group, LogSegment cleaned)
    {
        lock (state.Gate)
        {
            LogView view = state.View;
            int first = Array.IndexOf(view.Segments, group[0]);
            LogSegment[] segments =
                [.. view.Segments[..first], cleaned, .. view.Segments[(first + group.Length)..]];
            state.View = new LogView(
                segments, view.LogStartOffset, view.HighWatermark, view.LogEndOffset, view.ActiveBytes);
        }
    }

    /// <summary>The log last: what it stands for is there when it is.</summary>
    private static void Move(IFileSystem files, SegmentPaths from, SegmentPaths to)
    {
        if (files.FileExists(from.OffsetIndex)) files.MoveFile(from.OffsetIndex, to.OffsetIndex);
        if (files.FileExists(from.TimeIndex)) files.MoveFile(from.TimeIndex, to.TimeIndex);
        files.MoveFile(from.Log, to.Log);
    }

    private static void Complete(IFileSystem files, SegmentPaths target, IReadOnlyList<string> names)
    {
        SegmentPaths swap = target.With(LogFileNames.Swap);
        long? end = EndOf(files, swap);
        // It was on the disk before it got its name. If it is damaged all the same, and no old segment is gone yet, it
        // is not needed: what is left over of it is removed.
        if (end is null && files.FileExists(target.Log))
        {
            files.MoveFile(swap.Log, target.With(LogFileNames.Cleaned).Log);
            return;
        }
        var replaced = new List<long>();
        foreach (string name in names)
        {
            bool isLog = LogFileNames.TryParseOffset(name, LogFileNames.Log, out long offset);
            if (isLog && offset > target.BaseOffset && offset < end) replaced.Add(offset);
        }
        replaced.Sort();
        foreach (long offset in replaced)
        {
            foreach (string path in new SegmentPaths(target.Directory, offset).OfSegment) files.DeleteFile(path);
        }
        Move(files, swap, target);
    }

    /// <summary>The offset after the last batch; null when the file does not end with one.</summary>
    private static long? EndOf(IFileSystem files, SegmentPaths paths)
    {
        using ILogFile file = files.Open(paths.Log);
        var walker = new BatchWalker(file, 0, file.Length, stackalloc byte[BatchWalker.BufferSize]);
        long end = paths.BaseOffset;
        while (walker.MoveNext()) end = walker.Current.NextOffset;
        return walker.IsAtEnd ? end : null;
    }
}
