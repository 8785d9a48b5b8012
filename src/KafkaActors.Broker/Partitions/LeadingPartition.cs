using System.Runtime.InteropServices;
using Akka.Actor;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// One leadership of one partition: judges batches, gives them their offsets, and knows who waits for what. Offsets
/// and producer state advance when a batch is accepted, because the next one is judged before the first one's write is
/// confirmed. The pure <see cref="PartitionLeaderState{TAnswer}"/> keeps the offsets; this adds the log's bytes,
/// producers, and limits.
/// Owned by a <see cref="PartitionActor"/>, for as long as its writer token is the one it began with.
/// </summary>
internal sealed class LeadingPartition
{
    private readonly PartitionHandle _partition;
    private readonly PartitionLog _log;
    private readonly PartitionLimits _limits;
    private readonly TimeProvider _clock;
    private readonly ProducerStateTable _producers;
    private readonly PartitionLeaderState<PendingAppend> _state;
    private readonly Queue<(PendingAppend Answer, long UntilOffset)> _untilWritten = new();
    private long _pendingBytes;

    public LeadingPartition(
        PartitionHandle partition, PartitionAssignment assignment, PartitionLimits limits, TimeProvider clock)
    {
        PartitionLog log = partition.Log;
        _partition = partition;
        _log = log;
        _limits = limits;
        _clock = clock;
        _producers = log.CopyProducerState();
        Assignment = assignment;
        Token = assignment.Token ?? throw new ArgumentException("A leader has a token.", nameof(assignment));
        _state = new PartitionLeaderState<PendingAppend>(new PartitionLeaderStart(
            assignment.Self, assignment.Image, log.LogEndOffset, log.FlushedOffset, log.View.HighWatermark,
            assignment.Settings.MinInSyncReplicas, assignment.Settings.IsGroupCommit, limits.ReplicaLagTimeMax,
            assignment.Brokers, Now));
    }

    public PartitionAssignment Assignment { get; private set; }

    public WriterToken Token { get; }

    public long EpochStartOffset => _state.EpochStartOffset;

    public long HighWatermark => _state.HighWatermark;

    /// <summary>Whether <see cref="Tick"/> is wanted.</summary>
    public bool HasPending => _untilWritten.Count > 0 || _state.NeedsTick;

    /// <summary>Whether <see cref="ForgetProducers"/> may have work.</summary>
    public bool HasProducers => _producers.Count > 0;

    /// <summary>The change of the ISR that the controller is to decide about.</summary>
    public IsrProposal? Proposal => _state.Proposal;

    public Cause? ProposalCause => _state.ProposalCause;

    private int PendingCount => _state.PendingCount + _untilWritten.Count;

    private PartitionSettings Settings => Assignment.Settings;

    private TimeSpan Now => _clock.GetElapsedTime(0);

    /// <summary>The same leadership with another ISR or other settings.</summary>
    public void Update(PartitionAssignment assignment)
    {
        bool isOtherPolicy = assignment.Settings.IsGroupCommit != Settings.IsGroupCommit;
        Assignment = assignment;
        _state.MetadataChanged(assignment.Image, assignment.Brokers, Settings.MinInSyncReplicas, Now);
        if (!isOtherPolicy) return;
        _state.FlushPolicyChanged(Settings.IsGroupCommit);
        if (Settings.IsGroupCommit) _log.RequestFlush();
    }

    /// <summary>
    /// Decides about an append. Once accepted, or found to be a duplicate, it waits for its answer here.
    /// </summary>
    /// <param name="coordinator">
    /// Of an append by a coordinator: the epoch of the topic's coordinator as this node's metadata names it.
    /// </param>
    public AppendVerdict Judge(PartitionProtocol.Append append, IActorRef replyTo, CoordinatorEpoch coordinator)
    {
        DateTimeOffset now = _clock.GetUtcNow();
        AppendVerdict refusal = Admit(append, now, coordinator);
        if (refusal.Error != ErrorCode.None) return refusal;
        long nowMs = now.ToUnixTimeMilliseconds();
        RecordBatchVerdict valid = Validate(append, nowMs, out RecordBatch batch);
        if (!valid.IsAccepted) return AppendVerdict.Refuse(valid);
        SequenceVerdict sequence = _producers.Check(batch, nowMs, _state.NextOffset);
        if (sequence.IsDuplicate)
        {
            BatchMetadata original = sequence.Original;
            Await(append, replyTo, now, original.BaseOffset, original.LastOffset + 1, original.Timestamp, 0);
            return AppendVerdict.Duplicate;
        }

        if (!sequence.IsAccepted) return AppendVerdict.Refuse(sequence.Error, WhyRefused(sequence.Error, batch));
        Assign(batch, nowMs, valid.CorrectedMaxTimestampMs);
        Await(append, replyTo, now, batch.BaseOffset, batch.NextOffset, nowMs, batch.SizeInBytes);
        return AppendVerdict.Accept(new PartitionAppend(Token, batch));
    }

    /// <summary>The journal has appended a batch of this leadership.</summary>
    public void Written(long nextOffset)
    {
        _state.Appended(nextOffset);
        if (Settings.IsGroupCommit) _log.RequestFlush();
    }

    /// <summary>
    /// The log has been flushed up to an offset, which the journal may not have told of yet. The log itself has the
    /// last word: a notice from before a truncation knows nothing of it.
    /// </summary>
    public void Flushed(long offset) => _state.Flushed(Math.Min(offset, _log.FlushedOffset));

    public void Tick() => _state.Tick(Now);

    /// <summary>Removes what is left of producers that are unknown by now.</summary>
    public void ForgetProducers() => _producers.Expire(_clock.GetUtcNow().ToUnixTimeMilliseconds());

    public void ProposalRefused(PartitionEpoch computedFrom) => _state.ProposalRefused(computedFrom);

    /// <summary>The leadership is over: every answer is due, with the error.</summary>
    public void Resign(ErrorCode error) => _state.Resign(error);

    /// <summary>Gives out every answer that is due.</summary>
    public void Release(Action<PendingAppend, ErrorCode> answer)
    {
        while (_untilWritten.TryPeek(out var written) && written.UntilOffset <= _state.LogEndOffset)
        {
            _untilWritten.Dequeue();
            _pendingBytes -= written.Answer.Bytes;
            answer(written.Answer, ErrorCode.None);
        }

        while (_state.TryRelease(out ReleasedAppend<PendingAppend> released))
        {
            _pendingBytes -= released.Answer.Bytes;
            answer(released.Answer, released.Error);
        }
    }

    /// <summary>Gives out what only waited to be written: the journal may still hold its bytes.</summary>
    public void ReleaseUnwritten(Action<PendingAppend, ErrorCode> answer, ErrorCode error)
    {
        while (_untilWritten.TryDequeue(out var written)) answer(written.Answer, error);
    }

    private AppendVerdict Admit(PartitionProtocol.Append append, DateTimeOffset now, CoordinatorEpoch committed)
    {
        ErrorCode error = Assignment.Image.CheckLeaderEpoch(append.CurrentLeaderEpoch);
        if (error != ErrorCode.None) return AppendVerdict.Refuse(error);
        if (append.Coordinator is { } coordinator && !_partition.Admits(coordinator, committed))
            return AppendVerdict.Refuse(ErrorCode.NotCoordinator);
        if (append.Deadline <= now) return AppendVerdict.Refuse(ErrorCode.RequestTimedOut, "Its deadline has passed.");
        if (append.Coordinator is null ? !_log.HasRoom : !_log.HasRoomForCoordinators)
            return AppendVerdict.Refuse(
                ErrorCode.KafkaStorageError,
                $"The disk of {_log.DirectoryPath} is full but for its reserve; "
                + "make room, or delete topics or records.");
        error = _state.CheckAppend(append.Acks);
        if (error != ErrorCode.None) return AppendVerdict.Refuse(error);
        bool isFull = PendingCount >= _limits.MaxPendingAppends
            || (_pendingBytes > 0 && _pendingBytes + append.Batch.Length > _limits.MaxPendingBytes);
        return isFull
            ? AppendVerdict.Refuse(ErrorCode.ThrottlingQuotaExceeded, "Too many appends wait for their answer.")
            : default;
    }

    private RecordBatchVerdict Validate(PartitionProtocol.Append append, long nowMs, out RecordBatch batch) =>
        append.Opened is { } opened && RecordBatch.TryRead(append.Batch, out batch)
            ? opened
            : RecordBatchValidator.Validate(append.Batch, Settings.Rules, nowMs, out batch);

    private void Assign(RecordBatch batch, long nowMs, long? correctedMaxTimestampMs)
    {
        Span<byte> bytes = MemoryMarshal.AsMemory(batch.Bytes).Span;
        RecordBatchPatcher.AssignOffsets(bytes, _state.Accept(batch.RecordCount), Assignment.LeaderEpoch);
        if (Settings.Rules.TimestampType == TimestampType.LogAppendTime)
            RecordBatchPatcher.StampAppendTime(bytes, nowMs);
        else if (correctedMaxTimestampMs is { } greatest)
            RecordBatchPatcher.CorrectMaxTimestamp(bytes, greatest);
        if (batch.HasProducerId) _producers.Update(batch, nowMs);
    }

    private static string WhyRefused(ErrorCode error, RecordBatch batch)
    {
        string sent = $"Producer id {batch.ProducerId} with epoch {batch.ProducerEpoch} sent "
            + $"sequence {batch.BaseSequence}";
        return error switch
        {
            ErrorCode.InvalidProducerEpoch => $"{sent}, and the partition knows a newer epoch of it.",
            ErrorCode.InvalidTxnState when batch.Attributes.IsTransactional =>
                $"{sent} as part of a transaction, and no transaction of it is open here.",
            ErrorCode.InvalidTxnState => $"{sent} outside of the transaction of it that is open here.",
            _ => $"{sent}, which does not follow the last one that the partition holds of it.",
        };
    }

    private void Await(
        PartitionProtocol.Append append,
        IActorRef replyTo,
        DateTimeOffset now,
        long baseOffset,
        long untilOffset,
        long timestampMs,
        int bytes)
    {
        long stamp = Settings.Rules.TimestampType == TimestampType.LogAppendTime ? timestampMs : -1;
        var answer = new PendingAppend(replyTo, append.CorrelationId, append.Acks, baseOffset, stamp, bytes);
        _pendingBytes += bytes;
        if (append.Acks == Acks.None) _untilWritten.Enqueue((answer, untilOffset));
        else _state.Await(answer, append.Acks, untilOffset, Now + (append.Deadline - now));
    }
}
