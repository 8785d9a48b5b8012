namespace KafkaActors.Storage;

/// <summary>
/// What opening a log found and did. <paramref name="OffsetsCut"/> counts from the new log end to the end of what was
/// recognisable; bytes that were no batch have no offsets.
/// </summary>
/// <param name="BytesScanned">Bytes whose CRCs were checked; 0 after a clean shutdown.</param>
/// <param name="BytesCut">Bytes dropped from the end of the log.</param>
/// <param name="SegmentsDropped">Whole segments dropped because an earlier one was cut.</param>
/// <param name="IndexesRebuilt">Segments whose indexes were written anew.</param>
/// <param name="Reason">Why bytes were cut, or null.</param>
public sealed record RecoveryReport(
    long BytesScanned, long BytesCut, long OffsetsCut, int SegmentsDropped, int IndexesRebuilt, string? Reason)
{
    public static readonly RecoveryReport Clean = new(0, 0, 0, 0, 0, null);

    /// <summary>
    /// Whether committed records are gone: the log ends below its checkpointed high watermark. A replica of which this
    /// is so must not lead before it has caught up with one of which it is not.
    /// </summary>
    public bool IsBelowHighWatermark { get; init; }

    public bool HasCut => BytesCut > 0 || SegmentsDropped > 0;
}
