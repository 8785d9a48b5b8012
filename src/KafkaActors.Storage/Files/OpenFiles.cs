namespace KafkaActors.Storage.Files;

/// <summary>
/// Counts the files of this process that are open through a <see cref="PhysicalFileSystem"/>, and refuses one that is
/// to stay open and would take the last file descriptors: without any left the runtime itself ends. Files that are
/// written or read whole and closed at once, the metadata log's and checkpoints, are counted and not refused: they live
/// on the reserve. Nobody waits for a descriptor under a log's lock; who is refused fails. Any thread.
/// </summary>
public sealed class OpenFiles
{
    private int _count;
    private volatile int _limit = int.MaxValue;

    public int Count => Volatile.Read(ref _count);

    /// <summary>How many may be open. It moves with what else holds descriptors.</summary>
    public int Limit
    {
        get => _limit;
        set => _limit = value;
    }

    /// <exception cref="TooManyOpenFilesException">The limit is reached.</exception>
    public void Check(string path)
    {
        int count = Count;
        if (count < _limit) return;
        throw new TooManyOpenFilesException(
            $"{path} cannot be opened: {count} files are open, and the process may open no more; raise ulimit -n");
    }

    public void Add() => Interlocked.Increment(ref _count);

    public void Remove() => Interlocked.Decrement(ref _count);
}
