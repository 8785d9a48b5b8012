namespace KafkaActors.Protocol.Records;

/// <summary>What <see cref="RecordBatchValidator"/> found.</summary>
/// <param name="Message">Why the batch is refused; null when it is not.</param>
/// <param name="CorrectedMaxTimestampMs">
/// The greatest timestamp of the records, when the header of the batch claims another: Kafka's leader
/// writes it into the header (<see cref="RecordBatchPatcher.CorrectMaxTimestamp"/>), because the time index relies on
/// it.
/// </param>
public readonly record struct RecordBatchVerdict(
    ErrorCode Error, string? Message = null, long? CorrectedMaxTimestampMs = null)
{
    /// <summary>
    /// The records for which the batch is refused, in order; null where it is refused as a whole, or not.
    /// </summary>
    public IReadOnlyList<RecordError>? RecordErrors { get; init; }

    public static RecordBatchVerdict Accepted => new(ErrorCode.None);

    public bool IsAccepted => Error == ErrorCode.None;
}
