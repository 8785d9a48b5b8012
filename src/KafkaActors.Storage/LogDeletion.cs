using KafkaActors.Protocol;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Deletes whole partitions: the directory is renamed, and later removed with all it holds. A system that renames no
/// directory with open files (Windows) is given time until the last reader has let go; the files of the log itself are
/// closed first.
/// </summary>
internal static class LogDeletion
{
    /// <summary>Completes when the directory is renamed and that is on the disk.</summary>
    public static Task Delete(
        LogServices services, string root, TopicPartition name, LogSegment[] segments, TimeSpan delay)
    {
        foreach (LogSegment segment in segments)
        {
            segment.EndWriting();
            segment.File.Retire();
        }
        Task released = Task.WhenAll(segments.Select(segment => segment.File.Released));
        var renamed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string target = Path.Combine(root, LogFileNames.ForDeletion(name, Guid.NewGuid()));
        string source = Path.Combine(root, name.ToString());
        if (!services.Background.Post(Rename)) renamed.TrySetCanceled();
        return renamed.Task;

        void Rename()
        {
            try
            {
                services.Files.MoveDirectory(source, target);
                services.Files.FlushDirectory(root);
            }
            catch (IOException) when (!released.IsCompleted)
            {
                SegmentDeletion.After(released, services, Rename);
                return;
            }
            catch (Exception e) when (LogState.IsDiskFault(e))
            {
                renamed.TrySetException(e);
                return;
            }
            renamed.TrySetResult();
            services.DueTimes.Add(
                delay, () => SegmentDeletion.After(released, services, () => Remove(services, target)));
        }
    }

    /// <summary>Removes what a former process renamed but did not live to remove.</summary>
    public static void RemoveLeftovers(LogServices services, string root)
    {
        foreach (string name in services.Files.DirectoryNames(root))
        {
            if (!name.EndsWith(LogFileNames.DeletedDirectory, StringComparison.Ordinal)) continue;
            services.Background.Post(() => Remove(services, Path.Combine(root, name)));
        }
    }

    private static void Remove(LogServices services, string path)
    {
        try
        {
            services.Files.DeleteDirectory(path);
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            // Somebody else holds a file open, or the disk is gone: the next start tries again.
        }
    }
}
