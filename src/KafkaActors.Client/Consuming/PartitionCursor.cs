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
    private long _highWatermark = -1;

    public TopicPartition Name => name;

    public int Generation => Volatile.Read(ref _generation);

    /// <summary>The offset after the last record given out; -1 before it is known.</summary>
    public long Position
    {
        get => Volatile.Read(ref _position);
        set => Volatile.Write(ref _position, value);
    }

    /// <summary>As of the last fetch; -1 before it.</summary>
    public long HighWatermark
    {
        get => Volatile.Read(ref _highWatermark);
        set => Volatile.Write(ref _highWatermark, value);
    }

    public int NextGeneration() => Interlocked.Increment(ref _generation);
}
