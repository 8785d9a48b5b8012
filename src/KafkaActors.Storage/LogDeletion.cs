namespace KafkaActors.Storage;

/// <summary>Removes the directories of partitions that were renamed for it, with all they hold.</summary>
internal sealed class LogDeletion(LogServices services, string root)
{
    /// <summary>Removes a directory after a delay, when a task has ended.</summary>
    public void Schedule(string directoryName, TimeSpan delay, Task released) =>
        services.DueTimes.Add(delay, () => SegmentDeletion.After(released, services, () => Remove(directoryName)));

    /// <summary>Removes what a former process renamed but did not live to remove.</summary>
    /// <param name="wait">Whether room is needed before anything else is done.</param>
    public void RemoveLeftovers(bool wait)
    {
        foreach (string name in services.Files.DirectoryNames(root).Where(LogFileNames.IsForDeletion))
        {
            if (wait) Remove(name);
            else services.Background.Post(() => Remove(name));
        }
    }

    private void Remove(string directoryName)
    {
        try
        {
            services.Files.DeleteDirectory(Path.Combine(root, directoryName));
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            // Somebody else holds a file open, or the disk is gone: the next start tries again.
        }
    }
}
