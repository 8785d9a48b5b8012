using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Deletes segments that were taken out of a log's view. Their files get the suffix <c>.deleted</c> at once, so that a
/// restart does not take them for part of the log, and are removed after <c>file.delete.delay.ms</c> when the last
/// reader has let go: no system then has to delete an open file.
/// </summary>
internal static class SegmentDeletion
{
    public static void Begin(LogState state, LogSegment[] segments)
    {
        if (segments.Length == 0) return;
        LogServices services = state.Services;
        foreach (LogSegment segment in segments)
        {
            segment.File.Retire();
            segment.ForgetIndexes();
            foreach (string path in segment.Paths.All) Rename(services.Files, path);
            services.DueTimes.Add(state.Config.FileDeleteDelay, () => RemoveWhenReleased(services, segment));
        }
        state.Flusher.DirectoryChanged();
    }

    /// <summary>Runs blocking work on the background thread once a task has ended.</summary>
    public static void After(Task ended, LogServices services, Action work) =>
        ended.ContinueWith(
            _ => services.Background.Post(work),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);

    private static void RemoveWhenReleased(LogServices services, LogSegment segment) =>
        After(segment.File.Released, services, () => Remove(services.Files, segment));

    private static void Rename(IFileSystem files, string path)
    {
        if (files.FileExists(path)) files.MoveFile(path, path + LogFileNames.Deleted);
    }

    private static void Remove(IFileSystem files, LogSegment segment)
    {
        try
        {
            foreach (string path in segment.Paths.All) files.DeleteFile(path + LogFileNames.Deleted);
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            // Somebody else holds the file open, or the disk is gone: the next start deletes what bears the suffix.
        }
    }
}
