namespace KafkaActors.Protocol.Records;

/// <summary>What the deltas of a batch's records count from.</summary>
/// <param name="AppendTime">The one timestamp of all records, when the leader stamped the batch.</param>
internal readonly record struct RecordBatchOrigin(long BaseOffset, long BaseTimestamp, long? AppendTime)
{
    public static RecordBatchOrigin Of(RecordBatch batch) => new(
        batch.BaseOffset,
        batch.BaseTimestamp,
        batch.Attributes.TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : null);
}
