namespace KafkaActors.Storage;

/// <summary>The offsets of a log that its directory's checkpoints keep, and the log end.</summary>
internal readonly record struct LogOffsets(
    long LogStart, long Flushed, long HighWatermark, long FirstDirty, long LogEnd);
