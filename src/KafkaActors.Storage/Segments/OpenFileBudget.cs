using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Segments;

/// <summary>
/// Bounds how many segments of a data directory keep their file open without using it: the one opened longest ago is
/// closed first. Files in use (active segments, running reads) are beyond its reach; what of them the process may open
/// is <see cref="OpenFiles"/>' to say.
/// </summary>
internal sealed class OpenFileBudget(int capacity, OpenFiles openFiles)
{
    private readonly Lock _gate = new();
    private readonly Queue<SegmentFile> _opened = new();

    /// <exception cref="TooManyOpenFilesException">No file may be opened now to stay so.</exception>
    public void Check(string path) => openFiles.Check(path);

    public void Opened(SegmentFile file)
    {
        lock (_gate)
        {
            _opened.Enqueue(file);
            CloseIdle(capacity);
        }
    }

    /// <summary>Closes all that nobody uses: the process has no file descriptor left for another.</summary>
    public void CloseIdle()
    {
        lock (_gate) CloseIdle(left: 0);
    }

    private void CloseIdle(int left)
    {
        for (int tries = _opened.Count; _opened.Count > left && tries > 0; tries--)
        {
            SegmentFile oldest = _opened.Dequeue();
            if (!oldest.TryCloseIdle()) _opened.Enqueue(oldest);
        }
    }
}
