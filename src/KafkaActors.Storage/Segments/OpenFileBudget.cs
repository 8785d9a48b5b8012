namespace KafkaActors.Storage.Segments;

/// <summary>
/// Bounds how many segments of a data directory keep their file open without using it: the one opened longest ago is
/// closed first. Files in use (active segments, running reads) are beyond its reach.
/// </summary>
internal sealed class OpenFileBudget(int capacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<SegmentFile> _opened = new();

    public void Opened(SegmentFile file)
    {
        lock (_gate)
        {
            _opened.Enqueue(file);
            for (int tries = _opened.Count; _opened.Count > capacity && tries > 0; tries--)
            {
                SegmentFile oldest = _opened.Dequeue();
                if (!oldest.TryCloseIdle()) _opened.Enqueue(oldest);
            }
        }
    }
}
