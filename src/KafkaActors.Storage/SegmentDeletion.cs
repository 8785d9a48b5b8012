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
    /// <param name="replaced">The segment among them whose snapshot another one with its base offset needs.</param>
    public static void Begin(LogState state, LogSegment[] segments, LogSegment? replaced = null)
    {
        if (segments.Length == 0) return;
        state.AssertShape();
        LogServices services = state.Services;
        foreach (LogSegment segment in segments)
        {
            segment.File.Retire();
            segment.ForgetIndexes();
            IEnumerable<string> paths = segment == replaced ? segment.Paths.OfSegment : segment.Paths.All;
            string[] renamed = [.. paths.Where(services.Files.FileExists).Select(path => Rename(services.Files, path))];
            TimeSpan delay = services.Space.HasRoom ? state.Config.FileDeleteDelay : TimeSpan.Zero;
            services.DueTimes.Add(delay, () => RemoveWhenReleased(services, segment, renamed));
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

    private static void RemoveWhenReleased(LogServices services, LogSegment segment, string[] renamed) =>
        After(segment.File.Released, services, () => Remove(services.Files, renamed));

    private static string Rename(IFileSystem files, string path)
    {
        string target = path + LogFileNames.Deleted;
        // One that began at the same offset may wait for its last reader still.
        for (int i = 1; files.FileExists(target); i++) target = $"{path}.{i}{LogFileNames.Deleted}";
        files.MoveFile(path, target);
        return target;
    }

    private static void Remove(IFileSystem files, string[] renamed)
    {
        try
        {
            foreach (string path in renamed) files.DeleteFile(path);
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            // Somebody else holds the file open, or the disk is gone: the next start deletes what bears the suffix.
        }
    }
}
