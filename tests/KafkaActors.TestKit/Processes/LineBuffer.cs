namespace KafkaActors.TestKit.Processes;

/// <summary>The last lines of a stream, written by its reader and read by the test.</summary>
internal sealed class LineBuffer(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    public void Add(string line)
    {
        lock (_lock)
        {
            if (_lines.Count == capacity) _lines.Dequeue();
            _lines.Enqueue(line);
        }
    }
}
