using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Adds to one log: hands out writer tokens, appends, rolls, raises the high watermark. Under the log's lock.
/// </summary>
internal sealed class LogWriter(LogState state)
{
    private long _lastSerial;

    public WriterToken Take(ReplicaRole role, LeaderEpoch epoch)
    {
        lock (state.Gate)
        {
            LeaderEpoch newest = WriterRules.NewestEpoch(state.Writer, state.Epochs);
            if (epoch < newest)
                throw new StaleLeaderEpochException($"{state.Log.Name}: leader epoch {epoch} is below {newest}");
            state.Writer = new WriterToken(role, epoch, ++_lastSerial);
        }
        if (role == ReplicaRole.Leader && state.Failure is null) BeginEpoch(epoch);
        lock (state.Gate) return state.Writer?.LeaderEpoch == epoch ? state.Writer : throw Superseded(epoch);
    }

    public LogAppendResult Append(WriterToken token, RecordBatch batch, in BatchHeader header)
    {
        LogFailure failure;
        lock (state.Gate)
        {
            ErrorCode refusal = Judge(token, header);
            if (refusal != ErrorCode.None) return Result(refusal);
            try
            {
                AppendUnderLock(batch.Bytes.Span, header);
                return Result(ErrorCode.None);
            }
            catch (Exception e) when (LogState.IsDiskFault(e))
            {
                if (FullDisk.Is(e)) state.Services.Space.Exhausted();
                string message = $"append to {state.DirectoryPath} failed: {e.Message}; {FullDisk.RemedyFor(e)}";
                failure = new LogFailure(LogFailureKind.Write, message, e);
            }
        }
        state.Fail(failure);
        return Result(ErrorCode.KafkaStorageError);
    }

    public bool AdvanceHighWatermark(WriterToken token, long offset)
    {
        lock (state.Gate)
        {
            LogView view = state.View;
            long bounded = Math.Min(offset, view.LogEndOffset);
            if (!ReferenceEquals(token, state.Writer) || bounded <= view.HighWatermark) return false;
            state.View = new LogView(view.Segments, view.LogStartOffset, bounded, view.LogEndOffset, view.ActiveBytes);
            return true;
        }
    }

    /// <summary>Seals the active segment and begins another at the log end. Under the gate.</summary>
    public LogView Roll(LogView view) => Roll(view, view.LogEndOffset);

    /// <summary>
    /// The same at a later offset, which becomes the log end: behind a gap that one segment cannot span.
    /// </summary>
    private LogView Roll(LogView view, long logEnd)
    {
        LogSegment sealing = view.Segments[^1];
        var paths = new SegmentPaths(state.DirectoryPath, logEnd);
        ProducerSnapshotFile.Write(state.Files, paths.Snapshot, state.Producers);
        sealing.CompleteIndexes();
        LogSegment active = LogSegment.Create(
            state.Files, paths, state.Services, state.Config.Preallocate ? state.Config.SegmentBytes : 0);
        sealing.Seal();
        state.Flusher.DirectoryChanged();
        LogSegment[] segments = [.. view.Segments, active];
        state.View = new LogView(segments, view.LogStartOffset, view.HighWatermark, logEnd, active.Size);
        state.Flusher.RequestSealed();
        return state.View;
    }

    private StaleLeaderEpochException Superseded(LeaderEpoch epoch) =>
        new($"{state.Log.Name}: leader epoch {epoch} was superseded while it was taken");

    private void BeginEpoch(LeaderEpoch epoch) =>
        state.Guard(LogFailureKind.Write, "leader epoch checkpoint", () =>
        {
            lock (state.Gate)
            {
                bool current = state.Writer?.LeaderEpoch == epoch;
                if (current) state.ChangeEpochs(state.Epochs.Assign(epoch, state.View.LogEndOffset));
            }
            return ErrorCode.None;
        });

    private LogAppendResult Result(ErrorCode error) => new(error, state.View.LogEndOffset);

    private ErrorCode Judge(WriterToken token, in BatchHeader batch)
    {
        ErrorCode refusal = state.Judge(token);
        return refusal != ErrorCode.None
            ? refusal
            : WriterRules.Judge(token, state.Epochs, state.View.LogEndOffset, batch);
    }

    private void AppendUnderLock(ReadOnlySpan<byte> bytes, in BatchHeader batch)
    {
        LogView view = state.View;
        LogConfig config = state.Config;
        if (batch.BaseOffset > view.LogEndOffset) state.AllowGaps();
        if (LogRolling.IsDue(view.Segments[^1], batch, config))
            view = Roll(view, LogRolling.IsTooFar(view.Segments[^1], batch) ? batch.BaseOffset : view.LogEndOffset);
        if (state.Epochs.Latest != batch.LeaderEpoch)
            state.ChangeEpochs(state.Epochs.Assign(batch.LeaderEpoch, batch.BaseOffset));
        LogSegment active = view.Segments[^1];
        active.Append(bytes, batch, config.IndexIntervalBytes);
        if (batch.ProducerId >= 0) state.Producers.Update(batch, state.NowMs);
        state.View = new LogView(view.Segments, view.LogStartOffset, view.HighWatermark, batch.NextOffset, active.Size);
        state.Flusher.Appended(config, batch.NextOffset);
        state.Services.Space.Appended(bytes.Length);
    }
}
