namespace KafkaActors.Protocol.Records;

/// <summary>
/// Looks at every record of a batch: it fills its length, its offset delta is its index, its timestamp is in bounds,
/// it has a key where the topic is compacted; nothing follows the last. A broken structure refuses the batch as it is;
/// records that their topic does not take are named, one by one. Pure.
/// </summary>
internal static class RecordWalk
{
    /// <summary>Of a batch with more bad records only so many are named.</summary>
    public const int MaxRecordErrors = 10_000;

    public static RecordBatchVerdict Judge<TRecords>(
        RecordBatch batch, scoped ref TRecords records, RecordBatchRules rules, long nowMs)
        where TRecords : IRecordSource, allows ref struct
    {
        var bounds = TimestampBounds.Of(rules, nowMs);
        (long first, long greatest, int count) = (batch.BaseTimestamp, TimestampBounds.NoTimestamp, batch.RecordCount);
        Refusals? refusals = null;
        for (int index = 0; index < count; index++)
        {
            if (!records.TryRead(out RecordFields fields))
                return Invalid($"Record {index} of {count} does not fit its lengths.");
            if (fields.OffsetDelta != index) return Invalid($"Record {index} has offset delta {fields.OffsetDelta}.");
            if (fields.KeyLength < 0 && rules.IsCompacted)
                (refusals ??= new Refusals()).Add(index, "It has no key, which a compacted topic needs.");
            else if (!bounds.TryAdd(first, fields.TimestampDelta, out long timestamp))
                (refusals ??= new Refusals()).AddTimestamp(index, timestamp, bounds);
            else greatest = Math.Max(greatest, timestamp);
        }

        int left = records.CountLeft();
        if (left > 0) return Invalid($"{left} bytes or more follow the last record.");
        if (refusals is not null) return refusals.Verdict(count);
        bool isRight = greatest == batch.MaxTimestamp || rules.TimestampType == TimestampType.LogAppendTime;
        return new(ErrorCode.None, CorrectedMaxTimestampMs: isRight ? null : greatest);
    }

    private static RecordBatchVerdict Invalid(string message) => new(ErrorCode.InvalidRecord, message);

    private sealed class Refusals
    {
        private readonly List<RecordError> _errors = [];
        private int _count;
        private bool _hasTimestamps;

        public void Add(int index, string message)
        {
            _count++;
            if (_errors.Count < MaxRecordErrors) _errors.Add(new RecordError(index, message));
        }

        public void AddTimestamp(int index, long timestampMs, TimestampBounds bounds)
        {
            _hasTimestamps = true;
            Add(index, $"Timestamp {timestampMs} is not within [{bounds.EarliestMs}, {bounds.LatestMs}].");
        }

        public RecordBatchVerdict Verdict(int recordCount) => new(
            _hasTimestamps ? ErrorCode.InvalidTimestamp : ErrorCode.InvalidRecord,
            $"{_count} of {recordCount} records cannot be stored. Record {_errors[0].Index}: {_errors[0].Message}")
        {
            RecordErrors = _errors,
        };
    }
}
