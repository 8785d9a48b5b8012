namespace KafkaActors.Storage;

/// <summary>A range of a segment file between batch boundaries, and the offsets it covers.</summary>
internal readonly record struct LogRange(long Position, long End, long FirstOffset, long NextOffset);
