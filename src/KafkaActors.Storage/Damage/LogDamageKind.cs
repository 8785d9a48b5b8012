namespace KafkaActors.Storage;

/// <summary>What was found wrong on a disk. Numbers are stored; see <see cref="LogDamage"/>.</summary>
public enum LogDamageKind : byte
{
    /// <summary>A last write that was never whole, of which nobody was told: cut. All others are errors.</summary>
    TornTail = 0,

    /// <summary>Bytes that may have been acknowledged were taken out of the log, and are kept beside it.</summary>
    Cut = 1,

    /// <summary>Batches of a segment cannot be read, or are gone: that range is refused, the rest served.</summary>
    Rotten = 2,

    /// <summary>Records are gone without a trace of bytes: files removed, or replaced by older ones.</summary>
    Missing = 3,

    /// <summary>A checkpoint says what the log's files refute: the files were believed.</summary>
    Contradiction = 4,

    /// <summary>The log cannot be used until somebody mends it.</summary>
    Offline = 5,

    /// <summary>A read failed; the next one may succeed.</summary>
    Unreadable = 6,

    /// <summary>A directory was not closed in order, or what was deleted could not be removed.</summary>
    Unfinished = 7,
}
