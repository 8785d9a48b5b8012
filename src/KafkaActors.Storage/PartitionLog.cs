using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Cleaning;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Record path 6/9. The log of one partition replica: record batches in segments, laid out as Kafka does
/// (<see cref="LogFileNames"/>).
/// Whoever holds the current <see cref="WriterToken"/> changes it, under the log's lock; readers take one immutable
/// <see cref="LogView"/> and never the lock. Append writes the batch as it is to the page cache and returns; the
/// flushed offset follows on another thread. A failed write or flush, or corruption, takes the log offline until it is
/// opened again: nothing is appended or read, and bytes behind the log end never become visible. Owned by its
/// <see cref="LogDirectory"/>. An idle log holds one open file and no timer.
/// </summary>
public sealed class PartitionLog
{
    private readonly LogState _state;
    private readonly LogWriter _writer;
    private readonly LogTrimmer _trimmer;
    private readonly LogReader _reader;
    private readonly TimestampLookup _timestamps;

    internal PartitionLog(
        LogServices services,
        string directoryPath,
        TopicPartition name,
        TopicId topicId,
        LogConfig config,
        LoadedLog loaded,
        LogDamages damages)
    {
        Name = name;
        TopicId = topicId;
        Recovery = loaded.Report;
        WasClosedInOrder = loaded.WasClosedInOrder;
        _state = new LogState(services, this, directoryPath, config, loaded, damages);
        _writer = new LogWriter(_state);
        _trimmer = new LogTrimmer(_state, _writer);
        _reader = new LogReader(_state);
        _timestamps = new TimestampLookup(_reader);
        if (Failure is null) View.Segments[^1].BecomeActive();
    }

    public TopicPartition Name { get; }

    public TopicId TopicId { get; }

    public string DirectoryPath => _state.DirectoryPath;

    /// <summary>Of all segments' batches; indexes and snapshots not counted.</summary>
    public long SizeInBytes => View.SizeInBytes;

    public LogConfig Config => _state.Config;

    /// <summary>Whether the disk has room for records, see <see cref="Files.DiskSpace"/>.</summary>
    public bool HasRoom => _state.Services.Space.HasRoom;

    /// <summary>
    /// What is known to be wrong with the log's files, from before this process too, until it is dealt with.
    /// </summary>
    public IReadOnlyList<LogDamage> Damages => _state.Damages.All;

    /// <summary>Whether it has room for the records of groups, which are taken a little longer.</summary>
    public bool HasRoomForCoordinators => _state.Services.Space.HasRoomForCoordinators;

    /// <summary>What opening the log found and dropped.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>What readers see now: one volatile read.</summary>
    public LogView View => _state.View;

    public long LogStartOffset => View.LogStartOffset;

    public long LogEndOffset => View.LogEndOffset;

    /// <summary>Everything below is on the disk.</summary>
    public long FlushedOffset => _state.Flusher.FlushedOffset;

    /// <summary>Why the log is offline; null while it is not. Set once.</summary>
    public LogFailure? Failure => _state.Failure;

    public LeaderEpochHistory LeaderEpochs => _state.Epochs;

    public LeaderEpoch? LatestEpoch => _state.Epochs.Latest;

    /// <summary>Whether opening found everything complete that a clean shutdown writes.</summary>
    internal bool WasClosedInOrder { get; }

    internal LogState State => _state;

    /// <summary>Takes effect with the next append, flush or retention.</summary>
    public void UpdateConfig(LogConfig config) => _state.Config = config;

    /// <summary>
    /// Hands out the right to write. All tokens handed out before are dead from here on: no append under one is running
    /// or will succeed. A leader's epoch begins at the log end. Throws <see cref="StaleLeaderEpochException"/> for an
    /// epoch below one that already wrote or was taken.
    /// </summary>
    public WriterToken TakeWriter(ReplicaRole role, LeaderEpoch epoch) => _writer.Take(role, epoch);

    /// <summary>
    /// Appends one batch that already carries its offsets and epoch. None; NotLeaderOrFollower when the token is not
    /// current; OffsetOutOfRange when the batch does not begin at the log end, or, of a follower, below it;
    /// FencedLeaderEpoch when its epoch is not the token's (leader), or goes back or above it (follower);
    /// CorruptMessage when its CRC is wrong, which is not looked at when <paramref name="crcVerified"/>;
    /// KafkaStorageError when the log is or goes offline. Never throws for any of these, and waits for the disk only
    /// once: when a follower copies the first gap of its log.
    /// </summary>
    public LogAppendResult Append(WriterToken token, RecordBatch batch, bool crcVerified = false)
    {
        bool good = BatchHeader.TryRead(batch.Bytes.Span, out BatchHeader header);
        good &= crcVerified || batch.IsCrcValid();
        return good
            ? _writer.Append(token, batch, header)
            : new LogAppendResult(ErrorCode.CorruptMessage, LogEndOffset);
    }

    /// <summary>
    /// Raises the high watermark, at most to the log end; false when the token is stale or nothing changes.
    /// </summary>
    public bool AdvanceHighWatermark(WriterToken token, long offset) => _writer.AdvanceHighWatermark(token, offset);

    /// <summary>
    /// Finds whole batches from <paramref name="offset"/> on, of at most <paramref name="maxBytes"/>, all of
    /// whose records are below <paramref name="upperBoundExclusive"/>; the first one is given whatever its size when
    /// <paramref name="atLeastOneBatch"/>. Copies nothing. OffsetOutOfRange outside log start to log end;
    /// CorruptMessage where the batches prove broken, or are gone: other offsets are served. KafkaStorageError when the
    /// log is offline or the disk fails. The caller disposes the result.
    /// </summary>
    public LogReadResult Read(long offset, long upperBoundExclusive, int maxBytes, bool atLeastOneBatch)
    {
        while (true)
        {
            LogView view = View;
            ErrorCode refusal = RefuseRead(view, offset);
            if (refusal != ErrorCode.None) return LogReadResult.Failed(refusal, view, offset);
            long upperBound = Math.Min(upperBoundExclusive, view.LogEndOffset);
            if (offset >= upperBound) return LogReadResult.Empty(view, offset);
            try
            {
                var wanted = new LogReader.Wanted(offset, upperBound, maxBytes, atLeastOneBatch);
                if (_reader.TryRead(view, wanted) is { } result) return result;
            }
            catch (Exception e) when (LogState.IsDiskFault(e))
            {
                if (IsFaultOf(view, e)) return LogReadResult.Failed(ErrorCode.KafkaStorageError, view, offset);
            }
        }
    }

    /// <summary>
    /// Whether finding an offset, and copying from there, may wait for the disk: below what this process appended to
    /// the active segment and the one sealed last.
    /// </summary>
    public bool IsCold(long offset) => offset < _state.WarmFrom(View);

    /// <summary>
    /// The first record with a timestamp at or after <paramref name="timestampMs"/>, up to the log end; null when there
    /// is none, or when the log is or goes offline.
    /// </summary>
    public TimestampOffset? LookupTimestamp(long timestampMs) =>
        Lookup(view => _timestamps.FirstAtOrAfter(view, timestampMs));

    /// <summary>The first record that has the greatest timestamp (KIP-734); none when no record has one.</summary>
    public TimestampOffset MaxTimestamp() => Lookup(_timestamps.Greatest) ?? TimestampOffset.None;

    /// <summary>
    /// Moves the log start to an offset up to the high watermark; on the disk before it returns, the space is freed
    /// later. OffsetOutOfRange beyond the high watermark, NotLeaderOrFollower for a stale token. Blocks on the disk.
    /// </summary>
    public ErrorCode DeleteRecordsBefore(WriterToken token, long offset) =>
        RecordTrimming.Run([new RecordTrim(this, token, offset)])[0];

    internal ErrorCode BeginTrim(RecordTrim trim, out bool isNeeded) =>
        _trimmer.BeginDeletion(trim.Token, trim.BeforeOffset, out isNeeded);

    internal ErrorCode FinishTrim(RecordTrim trim) => _state.Guard(
        LogFailureKind.Write, "delete-records", () => _trimmer.FinishDeletion(trim.Token, trim.BeforeOffset));

    /// <summary>
    /// Cuts the log to end at an offset, or before the batch that holds it; the high watermark follows. Below the log
    /// start everything goes. Blocks on the disk.
    /// </summary>
    public ErrorCode TruncateTo(WriterToken token, long offset) => _state.Guard(
        LogFailureKind.Write, "truncation", () => _trimmer.TruncateTo(token, offset));

    /// <summary>Drops all records and lets the log begin, empty, at an offset. Blocks on the disk.</summary>
    public ErrorCode TruncateFullyAndStartAt(WriterToken token, long offset) => _state.Guard(
        LogFailureKind.Write, "truncation", () => _trimmer.StartAnewAt(token, offset));

    /// <summary>
    /// Rolls by age, deletes segments by time, size and log start, forgets expired producers. Called by a periodic
    /// task of the node, for all its logs; how many segments went.
    /// </summary>
    public int ApplyRetention(DateTimeOffset now)
    {
        int deleted = 0;
        _state.Guard(LogFailureKind.Write, "retention", () =>
        {
            deleted = _trimmer.ApplyRetention(now);
            _state.Damages.Expire(now);
            return ErrorCode.None;
        });
        return deleted;
    }

    /// <summary>A person has dealt with <see cref="Damages"/>: what was kept because of them is removed.</summary>
    public void ForgetDamages() => _state.Damages.Forget();

    /// <summary>
    /// What a <see cref="LogCleaner"/> would do to the log now; null when it is not compacted, or not open. May wait
    /// for the disk; an <see cref="IOException"/> when it fails.
    /// </summary>
    public CleaningPlan? PlanCleaning(DateTimeOffset now) => CleaningPlanner.Plan(_state, now);

    /// <summary>
    /// Asks for an fsync of everything appended so far; <see cref="ILogObserver.Flushed"/> tells when.
    /// </summary>
    public void RequestFlush() => _state.Flusher.Request();

    /// <summary>A copy of what the log knows of its idempotent producers by now, for the caller alone.</summary>
    public ProducerStateTable CopyProducerState()
    {
        lock (_state.Gate)
        {
            _state.Producers.Expire(_state.NowMs);
            return _state.Producers.Copy();
        }
    }

    /// <inheritdoc cref="LeaderEpochHistory.EndOffsetFor"/>
    public LeaderEpochEnd? EndOffsetFor(LeaderEpoch epoch) => _state.Epochs.EndOffsetFor(epoch, LogEndOffset);

    private ErrorCode RefuseRead(LogView view, long offset)
    {
        if (_state.ClosedAs != ErrorCode.None) return _state.ClosedAs;
        if (Failure is not null) return ErrorCode.KafkaStorageError;
        return offset < view.LogStartOffset || offset > view.LogEndOffset ? ErrorCode.OffsetOutOfRange : ErrorCode.None;
    }

    /// <summary>
    /// A truncation or deletion under the reader looks like a fault, but has changed the view. A read that failed says
    /// nothing about the next one, nor about appends: the log stays as it is.
    /// </summary>
    private bool IsFaultOf(LogView view, Exception fault)
    {
        bool outdated = !ReferenceEquals(view.Segments, View.Segments) || View.LogEndOffset < view.LogEndOffset;
        if (outdated) return false;
        _state.Damages.Add(new LogDamage
        {
            Kind = LogDamageKind.Unreadable,
            Path = _state.DirectoryPath,
            What = $"a read failed: {fault.Message}",
            Outcome = "that read is answered with KAFKA_STORAGE_ERROR, the next one is tried",
            Remedy = "check the disk, and how many files this process may open",
        });
        return true;
    }

    private TimestampOffset? Lookup(Func<LogView, TimestampOffset?> lookup)
    {
        while (true)
        {
            LogView view = View;
            if (RefuseRead(view, view.LogStartOffset) != ErrorCode.None) return null;
            try
            {
                return lookup(view);
            }
            catch (Exception e) when (LogState.IsDiskFault(e))
            {
                if (IsFaultOf(view, e)) return null;
            }
        }
    }
}
