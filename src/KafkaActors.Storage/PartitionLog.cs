using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Checkpoints;
using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// The log of one partition replica: record batches in segments, as Kafka lays them out (see <see cref="LogFileNames"/>).
/// Whoever holds the current <see cref="WriterToken"/> changes it, under the log's lock; readers take one immutable
/// <see cref="LogView"/> and never the lock. Append writes the batch as it is to the page cache and returns; the flushed
/// offset follows on another thread. A failed write or flush, or corruption, takes the log offline until it is opened
/// again: nothing is appended or read, and bytes behind the log end never become visible. Owned by its
/// <see cref="LogDirectory"/>. An idle log holds one open file and no timer.
/// </summary>
public sealed class PartitionLog
{
    private readonly Lock _gate = new();
    private readonly LogServices _services;
    private readonly LeaderEpochCheckpointFile _epochFile;
    private readonly ProducerStateTable _producers;
    private readonly LogReader _reader;
    private volatile LogView _view;
    private volatile LogConfig _config;
    private volatile LeaderEpochHistory _epochs;
    private volatile LogFailure? _failure;
    private WriterToken? _writer;
    private long _lastSerial;
    private bool _closed;

    internal PartitionLog(
        LogServices services, string directoryPath, TopicPartition name, TopicId topicId, LogConfig config, LoadedLog loaded)
    {
        _services = services;
        DirectoryPath = directoryPath;
        Name = name;
        TopicId = topicId;
        _config = config;
        _epochs = loaded.Epochs;
        _producers = loaded.Producers;
        _failure = loaded.Failure;
        Recovery = loaded.Report;
        _epochFile = new LeaderEpochCheckpointFile(Files, Path.Combine(directoryPath, LogFileNames.LeaderEpochs));
        _reader = new LogReader(this);
        Flusher = new LogFlusher(this, services, _epochFile, loaded.Offsets.Flushed);
        LogOffsets at = loaded.Offsets;
        _view = new LogView(loaded.Segments, at.LogStart, at.HighWatermark, at.LogEnd, loaded.Segments[^1].Size);
        if (_failure is null) loaded.Segments[^1].BecomeActive();
    }

    public TopicPartition Name { get; }

    public TopicId TopicId { get; }

    public LogConfig Config => _config;

    /// <summary>What opening the log found and dropped.</summary>
    public RecoveryReport Recovery { get; }

    /// <summary>What readers see now: one volatile read.</summary>
    public LogView View => _view;

    public long LogStartOffset => _view.LogStartOffset;

    public long LogEndOffset => _view.LogEndOffset;

    /// <summary>Everything below is on the disk.</summary>
    public long FlushedOffset => Flusher.FlushedOffset;

    /// <summary>Why the log is offline; null while it is not. Set once.</summary>
    public LogFailure? Failure => _failure;

    public LeaderEpochHistory LeaderEpochs => _epochs;

    public LeaderEpoch? LatestEpoch => _epochs.Latest;

    internal string DirectoryPath { get; }

    internal LogFlusher Flusher { get; }

    internal bool OffsetsAreContiguous => !_config.CleanupPolicy.HasFlag(CleanupPolicy.Compact);

    private IFileSystem Files => _services.Files;

    public void UpdateConfig(LogConfig config) => _config = config;

    /// <summary>
    /// Hands out the right to write. All tokens handed out before are dead from here on: no append under one is running
    /// or will succeed. A leader's epoch begins at the log end. Throws <see cref="StaleLeaderEpochException"/> for an
    /// epoch below one that already wrote or was taken.
    /// </summary>
    public WriterToken TakeWriter(ReplicaRole role, LeaderEpoch epoch)
    {
        lock (_gate)
        {
            LeaderEpoch newest = LatestEpoch is { } written && written > _writer?.LeaderEpoch ? written : _writer?.LeaderEpoch ?? LatestEpoch ?? epoch;
            if (epoch < newest) throw new StaleLeaderEpochException($"{Name}: leader epoch {epoch} is below {newest}");
            _writer = new WriterToken(role, epoch, ++_lastSerial);
            if (role == ReplicaRole.Leader && _failure is null) TryChange(() => AssignEpoch(epoch, LogEndOffset));
            return _writer;
        }
    }

    /// <summary>
    /// Appends one batch that already carries its offsets and epoch. None; NotLeaderOrFollower when the token is not
    /// current; OffsetOutOfRange when the batch does not begin at the log end; FencedLeaderEpoch when its epoch is not
    /// the token's (leader), or goes back or above it (follower); CorruptMessage when its CRC is wrong, which is not
    /// looked at when <paramref name="crcVerified"/>; KafkaStorageError when the log is or goes offline. Never throws
    /// for any of these, and never waits for the disk.
    /// </summary>
    public LogAppendResult Append(WriterToken token, RecordBatch batch, bool crcVerified = false)
    {
        if (!BatchHeader.TryRead(batch.Bytes.Span, out BatchHeader header) || (!crcVerified && !batch.IsCrcValid()))
            return new LogAppendResult(ErrorCode.CorruptMessage, LogEndOffset);
        LogFailure failure;
        lock (_gate)
        {
            ErrorCode refusal = Judge(token, header);
            if (refusal != ErrorCode.None) return new LogAppendResult(refusal, LogEndOffset);
            try
            {
                AppendUnderLock(batch.Bytes.Span, header);
                return new LogAppendResult(ErrorCode.None, LogEndOffset);
            }
            catch (Exception e) when (IsDiskFault(e))
            {
                failure = new LogFailure(LogFailureKind.Write, $"append to {DirectoryPath} failed: {e.Message}", e);
            }
        }
        Fail(failure);
        return new LogAppendResult(ErrorCode.KafkaStorageError, LogEndOffset);
    }

    /// <summary>Raises the high watermark, at most to the log end; false when the token is stale or nothing changes.</summary>
    public bool AdvanceHighWatermark(WriterToken token, long offset)
    {
        lock (_gate)
        {
            LogView view = _view;
            long bounded = Math.Min(offset, view.LogEndOffset);
            if (!ReferenceEquals(token, _writer) || bounded <= view.HighWatermark) return false;
            _view = new LogView(view.Segments, view.LogStartOffset, bounded, view.LogEndOffset, view.ActiveBytes);
            return true;
        }
    }

    /// <summary>
    /// Finds whole batches from <paramref name="offset"/> on, of at most <paramref name="maxBytes"/>, none of which
    /// begins at or above <paramref name="upperBoundExclusive"/>; the first one is given whatever its size when
    /// <paramref name="atLeastOneBatch"/>. Copies nothing. OffsetOutOfRange outside log start to log end;
    /// KafkaStorageError when the log is offline or the bytes prove corrupt. The caller disposes the result.
    /// </summary>
    public LogReadResult Read(long offset, long upperBoundExclusive, int maxBytes, bool atLeastOneBatch)
    {
        while (true)
        {
            LogView view = _view;
            if (_failure is not null) return LogReadResult.Failed(ErrorCode.KafkaStorageError, view, offset);
            if (offset < view.LogStartOffset || offset > view.LogEndOffset)
                return LogReadResult.Failed(ErrorCode.OffsetOutOfRange, view, offset);
            long upperBound = Math.Min(upperBoundExclusive, view.LogEndOffset);
            if (offset >= upperBound) return LogReadResult.Empty(view, offset);
            try
            {
                LogReadResult? result = _reader.TryRead(view, offset, upperBound, maxBytes, atLeastOneBatch);
                if (result is not null) return result;
                if (ReferenceEquals(view, _view)) return LogReadResult.Failed(ErrorCode.KafkaStorageError, view, offset);
            }
            catch (Exception e) when (IsDiskFault(e))
            {
                // A truncation under the reader looks like corruption; it has changed the view.
                if (e is CorruptLogException && _view.LogEndOffset < view.LogEndOffset) continue;
                Fail(FailureOf(e, "read"));
                return LogReadResult.Failed(ErrorCode.KafkaStorageError, view, offset);
            }
        }
    }

    /// <summary>Asks for an fsync of everything appended so far; <see cref="ILogObserver.Flushed"/> tells when.</summary>
    public void RequestFlush() => Flusher.Request();

    /// <summary>A copy of what the log knows of its idempotent producers, for the caller alone.</summary>
    public ProducerStateTable CopyProducerState()
    {
        lock (_gate) return _producers.Copy();
    }

    /// <summary>Where the largest epoch not above the asked one ends; none and -1 when the epoch is above all known.</summary>
    public (LeaderEpoch Epoch, long EndOffset) EndOffsetFor(LeaderEpoch epoch) => _epochs.EndOffsetFor(epoch, LogEndOffset);

    internal static bool IsDiskFault(Exception e) => e is IOException or UnauthorizedAccessException;

    /// <summary>Takes the log offline and says so, once.</summary>
    internal void Fail(LogFailure failure)
    {
        lock (_gate)
        {
            if (_failure is not null) return;
            _failure = failure;
        }
        _services.Observer?.Failed(this, failure);
    }

    /// <summary>Ends writing and brings everything to the disk; false when the log cannot be closed in order.</summary>
    internal bool Close()
    {
        LogView view;
        lock (_gate)
        {
            _closed = true;
            _writer = null;
            view = _view;
        }
        try
        {
            if (_failure is null) CloseInOrder(view);
        }
        catch (Exception e) when (IsDiskFault(e))
        {
            Fail(new LogFailure(LogFailureKind.Flush, $"closing {DirectoryPath} failed: {e.Message}", e));
        }
        foreach (LogSegment segment in view.Segments)
        {
            segment.EndWriting();
            segment.File.Retire();
        }
        return _failure is null;
    }

    internal LogView CaptureForFlush(Action underLock)
    {
        lock (_gate)
        {
            underLock();
            return _view;
        }
    }

    internal long PublishFlushed(Func<long> underLock)
    {
        lock (_gate) return underLock();
    }

    private static LogFailure FailureOf(Exception e, string what) => new(
        e is CorruptLogException ? LogFailureKind.Corruption : LogFailureKind.Read, $"{what} failed: {e.Message}", e);

    private ErrorCode Judge(WriterToken token, in BatchHeader batch)
    {
        if (!ReferenceEquals(token, _writer) || token.Role == ReplicaRole.None) return ErrorCode.NotLeaderOrFollower;
        if (_failure is not null || _closed) return ErrorCode.KafkaStorageError;
        bool leads = token.Role == ReplicaRole.Leader;
        bool inPlace = batch.BaseOffset == LogEndOffset
            || (!leads && !OffsetsAreContiguous && batch.BaseOffset > LogEndOffset);
        if (!inPlace) return ErrorCode.OffsetOutOfRange;
        bool epochFits = leads
            ? batch.LeaderEpoch == token.LeaderEpoch
            : batch.LeaderEpoch <= token.LeaderEpoch && !(batch.LeaderEpoch < LatestEpoch);
        return epochFits ? ErrorCode.None : ErrorCode.FencedLeaderEpoch;
    }

    private void AppendUnderLock(ReadOnlySpan<byte> bytes, in BatchHeader batch)
    {
        LogView view = _view;
        LogConfig config = _config;
        if (LogRolling.IsDue(view.Segments[^1], batch, config)) view = Roll(view);
        if (LatestEpoch != batch.LeaderEpoch) AssignEpoch(batch.LeaderEpoch, batch.BaseOffset);
        LogSegment active = view.Segments[^1];
        active.Append(bytes, batch, config.IndexIntervalBytes);
        _producers.Update(batch);
        _view = new LogView(view.Segments, view.LogStartOffset, view.HighWatermark, batch.NextOffset, active.Size);
        Flusher.Appended(config, batch.NextOffset);
    }

    /// <summary>Seals the active segment and begins another at the log end.</summary>
    private LogView Roll(LogView view)
    {
        LogSegment sealing = view.Segments[^1];
        var paths = new SegmentPaths(DirectoryPath, view.LogEndOffset);
        ProducerSnapshotFile.Write(Files, paths.Snapshot, _producers);
        LogSegment active = LogSegment.Create(Files, paths, _services.OpenFiles);
        sealing.Seal(durable: false);
        Flusher.DirectoryChanged();
        LogSegment[] segments = [.. view.Segments, active];
        _view = new LogView(segments, view.LogStartOffset, view.HighWatermark, view.LogEndOffset, active.Size);
        Flusher.RequestSealed();
        return _view;
    }

    private void AssignEpoch(LeaderEpoch epoch, long startOffset)
    {
        LeaderEpochHistory assigned = _epochs.Assign(epoch, startOffset);
        if (ReferenceEquals(assigned, _epochs)) return;
        _epochFile.Write(assigned, durable: false);
        _epochs = assigned;
    }

    private void CloseInOrder(LogView view)
    {
        Flusher.Flush(includeActive: true);
        view.Segments[^1].SaveIndexes(durable: true);
        ProducerSnapshotFile.Write(Files, new SegmentPaths(DirectoryPath, view.LogEndOffset).Snapshot, _producers);
    }

    private void TryChange(Action change)
    {
        try
        {
            change();
        }
        catch (Exception e) when (IsDiskFault(e))
        {
            Fail(new LogFailure(LogFailureKind.Write, $"write to {DirectoryPath} failed: {e.Message}", e));
        }
    }
}
