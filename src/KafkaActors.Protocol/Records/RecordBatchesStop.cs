namespace KafkaActors.Protocol.Records;

/// <summary>Why <see cref="RecordBatches"/> went no further.</summary>
public enum RecordBatchesStop
{
    /// <summary>It has not stopped yet.</summary>
    None = 0,

    /// <summary>The bytes ended with a whole batch.</summary>
    End,

    /// <summary>The bytes end within a batch: a cut read, or the tail of a log after a crash.</summary>
    Torn,

    /// <summary>The length field cannot be a batch's.</summary>
    ImpossibleLength,

    /// <summary>The magic is not 2: an old message format, or no batch at all.</summary>
    UnsupportedMagic,

    /// <summary>The batch is whole, but its bytes are not what the producer wrote.</summary>
    CrcMismatch,
}
