namespace KafkaActors.Storage;

/// <summary>What took a log offline.</summary>
public enum LogFailureKind : byte
{
    /// <summary>A write failed: no space, an I/O error.</summary>
    Write = 0,

    /// <summary>An fsync failed; what the disk holds is not known.</summary>
    Flush = 1,

    /// <summary>Bytes that were once good are not any more.</summary>
    Corruption = 2,

    /// <summary>The log could not be read or recovered.</summary>
    Read = 3,
}
