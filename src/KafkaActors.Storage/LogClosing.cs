using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>Ends the use of a log in order, so that the next start can trust what it finds.</summary>
internal static class LogClosing
{
    /// <summary>False when the log failed, or failed to reach the disk.</summary>
    public static bool Close(LogState state)
    {
        LogView view = state.Close(Protocol.ErrorCode.NotLeaderOrFollower);
        bool asFound = state.IsUntouched && state.Log.Recovery == RecoveryReport.Clean && state.Log.WasClosedInOrder;
        bool good = state.Failure is null && (asFound || BringToDisk(state, view));
        foreach (LogSegment segment in view.Segments)
        {
            segment.EndWriting();
            segment.File.Retire();
        }
        return good;
    }

    private static bool BringToDisk(LogState state, LogView view)
    {
        try
        {
            view.Segments[^1].CompleteIndexes();
            var paths = new SegmentPaths(state.DirectoryPath, view.LogEndOffset);
            ProducerSnapshotFile.Write(state.Files, paths.Snapshot, state.Log.CopyProducerState());
            state.Flusher.DirectoryChanged();
            state.Flusher.Flush(includeActive: true);
            // A start that trusts the marker reads the active segment's indexes too.
            SegmentIndexes.Flush(state.Files, view.Segments[^1].Paths);
            return state.Failure is null;
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            // Without the marker the next start recovers the log from its recovery point.
            state.Damages.Add(new LogDamage
            {
                Kind = LogDamageKind.Unfinished,
                Path = state.DirectoryPath,
                What = $"the log could not be closed in order: {e.Message}",
                Outcome = "its data directory counts as not closed, and the next start checks it",
                FirstOffset = state.Flusher.FlushedOffset,
                EndOffset = view.LogEndOffset,
                Remedy = "check the disk",
            });
            return false;
        }
    }
}
