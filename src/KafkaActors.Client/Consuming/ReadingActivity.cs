namespace KafkaActors.Client.Consuming;

/// <summary>
/// Whether a reader goes on reading: it counts what it asks for, and says when it waits. Written by the one reader,
/// looked at by its group's actor.
/// </summary>
internal sealed class ReadingActivity
{
    private int _reads;
    private bool _isWaiting;

    /// <summary>The reader wants records and there are none: it does not stand still.</summary>
    public bool IsWaiting
    {
        get => Volatile.Read(ref _isWaiting);
        set => Volatile.Write(ref _isWaiting, value);
    }

    public int Reads => Volatile.Read(ref _reads);

    public void NoteRead() => Volatile.Write(ref _reads, _reads + 1);
}
