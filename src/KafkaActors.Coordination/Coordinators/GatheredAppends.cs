using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Coordinators;

/// <summary>
/// The records that the keys of one partition want appended, gathered into batches: what comes alone goes at once, and
/// what comes while a batch is on its way waits for that, for a batch's full size, or for a short time, whichever is
/// first. A result is never spread over two batches unless it is larger than one may be.
/// <para>
/// A batch that fails fails every owner with a record in it, and those alone. What else such an owner had gathered is
/// dropped unsent: it is read again from the log, where nothing of it may come later.
/// </para>
/// Pure; time is passed in. Owned by the actor of the partition.
/// </summary>
/// <param name="linger">How long records wait for others while a batch is on its way.</param>
/// <param name="answerTime">A batch that is not answered in this time has an unknown outcome.</param>
public sealed class GatheredAppends<TOwner>(TimeSpan linger, TimeSpan answerTime)
    where TOwner : notnull
{
    private readonly Queue<Batch> _closed = new();
    private readonly OrderedDictionary<long, Batch> _sent = [];
    private Batch? _open;
    private long _lastId;

    /// <summary>When the batch that was sent first has an unknown outcome; null while none is on its way.</summary>
    public TimeSpan? OverdueAt => _sent.Count == 0 ? null : _sent.GetAt(0).Value.SentAt + answerTime;

    /// <summary>When to call <see cref="TryTake"/>, if no batch is answered before.</summary>
    public TimeSpan? DueAt => _open is null ? null : _open.Since + linger;

    /// <summary>An id for an append to the partition that is none of these; no batch has it.</summary>
    public long NewId() => ++_lastId;

    /// <param name="appendId">Rises with each result of an owner.</param>
    /// <param name="records">At least one.</param>
    /// <param name="maxBytes">Of a batch. A greater record is alone in its batch, and the log refuses it.</param>
    public void Add(
        TOwner owner, long appendId, IReadOnlyList<CoordinatorRecord> records, int maxBytes, TimeSpan now)
    {
        ArgumentOutOfRangeException.ThrowIfZero(records.Count);
        var result = new Result(owner, appendId);
        CoordinatorBatchSize together = _open?.Size ?? new CoordinatorBatchSize();
        together.Add(records);
        if (_open is not null && together.Bytes <= maxBytes)
        {
            _open.Add(result, records, together);
            return;
        }

        Close();
        var alone = new CoordinatorBatchSize();
        alone.Add(records);
        if (alone.Bytes <= maxBytes)
            (_open = new Batch(now)).Add(result, records, alone);
        else
            foreach (CoordinatorRecord record in records) Add(result, record, maxBytes, now);
    }

    /// <summary>The next batch to send, as of now; it counts as sent.</summary>
    public bool TryTake(TimeSpan now, out GatheredBatch taken)
    {
        taken = default;
        bool isDue = _open is not null && (_sent.Count == 0 || now >= DueAt);
        if (_closed.Count == 0 && isDue) Close();
        if (!_closed.TryDequeue(out Batch? batch)) return false;
        batch.SentAt = now;
        long id = NewId();
        _sent.Add(id, batch);
        taken = new GatheredBatch(id, batch.Records);
        return true;
    }

    /// <summary>Takes in the answer to a batch; one that is not on its way any more has no outcome.</summary>
    public IReadOnlyList<AppendOutcome<TOwner>> Answered(long id, ErrorCode error)
    {
        if (!_sent.Remove(id, out Batch? batch)) return [];
        return error == ErrorCode.None ? Committed(batch) : Failed(batch, error);
    }

    /// <summary>Gives up the batches whose answer should have come.</summary>
    public IReadOnlyList<AppendOutcome<TOwner>> Expire(TimeSpan now)
    {
        var outcomes = new List<AppendOutcome<TOwner>>();
        while (OverdueAt is { } overdue && overdue <= now)
            outcomes.AddRange(Answered(_sent.GetAt(0).Key, ErrorCode.RequestTimedOut));
        return outcomes;
    }

    /// <summary>Forgets what an owner that is no more has gathered; what was sent stays sent.</summary>
    public void Drop(TOwner owner)
    {
        _open?.Drop(owner);
        if (_open is { Records.Count: 0 }) _open = null;
        for (int left = _closed.Count; left > 0; left--)
        {
            Batch batch = _closed.Dequeue();
            batch.Drop(owner);
            if (batch.Records.Count > 0) _closed.Enqueue(batch);
        }
    }

    private static List<AppendOutcome<TOwner>> Committed(Batch batch)
    {
        var outcomes = new List<AppendOutcome<TOwner>>(batch.Results.Count);
        foreach ((Result result, _) in batch.Results)
        {
            result.BatchesLeft--;
            if (result is { BatchesLeft: 0, IsOver: false })
                outcomes.Add(new AppendOutcome<TOwner>(result.Owner, result.AppendId, ErrorCode.None));
        }

        return outcomes;
    }

    private List<AppendOutcome<TOwner>> Failed(Batch batch, ErrorCode error)
    {
        var outcomes = new List<AppendOutcome<TOwner>>(batch.Results.Count);
        foreach ((Result result, _) in batch.Results)
        {
            if (result.IsOver) continue;
            result.IsOver = true;
            Drop(result.Owner);
            outcomes.Add(new AppendOutcome<TOwner>(result.Owner, result.AppendId, error));
        }

        return outcomes;
    }

    private void Add(Result result, CoordinatorRecord record, int maxBytes, TimeSpan now)
    {
        CoordinatorBatchSize together = _open?.Size ?? new CoordinatorBatchSize();
        together.Add(record);
        if (_open is not null && together.Bytes > maxBytes)
        {
            Close();
            together = new CoordinatorBatchSize();
            together.Add(record);
        }

        _open ??= new Batch(now);
        _open.Add(result, [record], together);
    }

    private void Close()
    {
        if (_open is not null) _closed.Enqueue(_open);
        _open = null;
    }

    private sealed class Result(TOwner owner, long appendId)
    {
        public TOwner Owner => owner;

        public long AppendId => appendId;

        public int BatchesLeft { get; set; }

        public bool IsOver { get; set; }
    }

    private sealed class Batch(TimeSpan since)
    {
        private readonly List<(Result Of, int Count)> _results = [];

        public TimeSpan Since => since;

        public TimeSpan SentAt { get; set; }

        public List<CoordinatorRecord> Records { get; private set; } = [];

        public CoordinatorBatchSize Size { get; private set; } = new();

        /// <summary>Whose records these are, in their order.</summary>
        public List<(Result Of, int Count)> Results => _results;

        public void Add(Result result, IReadOnlyList<CoordinatorRecord> records, CoordinatorBatchSize size)
        {
            Records.AddRange(records);
            Size = size;
            if (_results.Count > 0 && _results[^1].Of == result)
            {
                _results[^1] = (result, _results[^1].Count + records.Count);
                return;
            }

            _results.Add((result, records.Count));
            result.BatchesLeft++;
        }

        public void Drop(TOwner owner)
        {
            if (!_results.Exists(part => part.Of.Owner.Equals(owner))) return;
            var kept = new List<CoordinatorRecord>(Records.Count);
            int first = 0;
            foreach ((Result of, int count) in _results)
            {
                if (!of.Owner.Equals(owner)) kept.AddRange(Records.GetRange(first, count));
                first += count;
            }

            _results.RemoveAll(part => part.Of.Owner.Equals(owner));
            Records = kept;
            var size = new CoordinatorBatchSize();
            size.Add(kept);
            Size = size;
        }
    }
}
