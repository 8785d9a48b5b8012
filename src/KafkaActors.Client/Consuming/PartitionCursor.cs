using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// One assigned partition as its reader and the consumer's actor share it. The reader alone moves
/// <see cref="Position"/>; a seek, pause or unassignment raises <see cref="Generation"/>, and what was fetched under an
/// older one is dropped.
/// </summary>
internal sealed class PartitionCursor(TopicPartition name)
{
    private int _generation;
    private long _position = -1;
    private long _consumed = -1;
    private long _highWatermark = -1;

    public TopicPartition Name => name;

    public int Generation => Volatile.Read(ref _generation);

    /// <summary>The offset after the last record given out; -1 before it is known.</summary>
    public long Position
    {
        get => Volatile.Read(ref _position);
        set => Volatile.Write(ref _position, value);
    }

    /// <summary>
    /// The offset after the last record that the application is done with, which is what may be committed without
    /// asking it; -1 before it is known.
    /// </summary>
    public long Consumed
    {
        get => Volatile.Read(ref _consumed);
        set => Volatile.Write(ref _consumed, value);
    }

    /// <summary>How many offsets there are behind the position; -1 as long as that is not known.</summary>
    public long Lag => Position < 0 || HighWatermark < 0 ? -1 : Math.Max(0, HighWatermark - Position);

    /// <summary>As of the last fetch; -1 before it.</summary>
    public long HighWatermark
    {
        get => Volatile.Read(ref _highWatermark);
        set => Volatile.Write(ref _highWatermark, value);
    }

    public int NextGeneration() => Interlocked.Increment(ref _generation);

    /// <summary>Nothing before the offset is read any more, and nothing from it on has been.</summary>
    public void MoveTo(long offset)
    {
        Position = offset;
        Consumed = offset;
    }
}
