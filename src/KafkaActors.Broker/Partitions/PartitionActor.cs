using Akka.Actor;
using Akka.Event;
using Akka.Persistence;
using KafkaActors.Broker.Causes;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Record path 4/9. One partition's entity on this node: judges batches, assigns their offsets, persists them into
/// the log, and answers when what their acks ask for has happened. Recovery replays nothing: the log is the state.
/// <code>
/// Recovering -> Leading | Following | Offline     recovered: as the assignment says
/// Leading    -> Leading | Following | Offline     another epoch; demoted; a write or flush failed
/// Following  -> Leading | Offline
/// Offline    -> Leading | Following               only by an assignment without an error: a new log was opened
/// </code>
/// Invariant: it acts under the writer token of <see cref="_leading"/> alone; what comes back under an older one is
/// dropped. Owned by its shard, started and removed by the <see cref="ReplicaManager"/>.
/// </summary>
internal sealed class PartitionActor : UntypedPersistentActor
{
    /// <summary>Appends that wait for this node's metadata; more are left to their senders to repeat.</summary>
    private const int MaxAhead = 64;

    private static readonly TimeSpan RepeatProposalAfter = TimeSpan.FromSeconds(2);

    private readonly PartitionHandle _partition;
    private readonly PartitionRegistry _partitions;
    private readonly TimeProvider _clock;
    private readonly PartitionLimits _limits;
    private readonly Action<PartitionAppend> _onWritten;
    private readonly Action<PendingAppend, ErrorCode> _answer;
    private LeadingPartition? _leading;
    private IsrProposing? _proposing;
    private Cause? _recorded;
    private int _ahead;

    public PartitionActor(
        PartitionRegistry partitions, PartitionHandle partition, TimeProvider clock, PartitionLimits limits)
    {
        _partitions = partitions;
        _partition = partition;
        _clock = clock;
        _limits = limits;
        _onWritten = OnWritten;
        _answer = Answer;
        JournalPluginId = partition.JournalPluginId;
        SnapshotPluginId = "akka.persistence.no-snapshot-store";
    }

    public override string PersistenceId => _partition.EntityId;

    public override Recovery Recovery => Recovery.None;

    private PartitionAssignment Assignment => _partition.Assignment;

    public static Props PropsFor(
        PartitionRegistry partitions, string entityId, TimeProvider clock, PartitionLimits limits) =>
        partitions.TryGet(entityId, out PartitionHandle? partition)
            ? Props.Create(() => new PartitionActor(partitions, partition, clock, limits))
                .WithDispatcher("kafka-actors.dispatchers.data")
            : Props.Create(() => new AbsentPartitionActor());

    protected override void PreStart()
    {
        if (!_partition.TryClaim(Self)) Context.Stop(Self);
    }

    protected override void PostStop()
    {
        EndLeadership(ErrorCode.NotLeaderOrFollower);
        _partition.Release(Self);
    }

    protected override void OnRecover(object message)
    {
        if (message is RecoveryCompleted) Adopt();
    }

    protected override void OnCommand(object message) => Following(message);

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        if (_leading is null || @event is not PartitionAppend append) return;
        if (!ReferenceEquals(append.Token, _leading.Token)) return;
        if (cause is AppendRejectedException { Error: ErrorCode.NotLeaderOrFollower })
        {
            // The replica manager has taken the log for another assignment, and says so next.
            EndLeadership(ErrorCode.NotLeaderOrFollower);
            Become(Following);
            return;
        }

        Log.Error(cause, "Partition {0} goes offline: a batch could not be appended.", _partition.Name);
        GoOffline();
    }

    private void Leading(object message)
    {
        switch (message)
        {
            case PartitionProtocol.Append append: Append(append); break;
            case PartitionProtocol.Flushed flushed: OnFlushed(flushed); break;
            case PartitionProtocol.AssignmentChanged: Adopt(); break;
            case PartitionProtocol.DeleteRecords delete: DeleteRecords(delete); break;
            case PartitionProtocol.ExpirePending: Expire(); break;
            case PartitionProtocol.ForgetProducers: ForgetProducers(); break;
            case ControllerProtocol.Reply reply: OnProposalAnswered(reply); break;
            case PartitionProtocol.Remove: Context.Stop(Self); break;
            default: Unhandled(message); break;
        }
    }

    private void Following(object message)
    {
        switch (message)
        {
            case PartitionProtocol.Append append when TryWaitForMetadata(append): break;
            case PartitionProtocol.Append append: Refuse(append, ErrorCode.NotLeaderOrFollower); break;
            case PartitionProtocol.AssignmentChanged: Adopt(); break;
            case PartitionProtocol.DeleteRecords delete: Refuse(delete, ErrorCode.NotLeaderOrFollower); break;
            case PartitionProtocol.ExpirePending: LookAgain(); break;
            case PartitionProtocol.Flushed or ControllerProtocol.Reply or PartitionProtocol.ForgetProducers: break;
            case PartitionProtocol.Remove: Context.Stop(Self); break;
            default: Unhandled(message); break;
        }
    }

    private void Offline(object message)
    {
        switch (message)
        {
            case PartitionProtocol.Append append: Refuse(append, ErrorCode.KafkaStorageError); break;
            case PartitionProtocol.AssignmentChanged: Adopt(); break;
            case PartitionProtocol.DeleteRecords delete: Refuse(delete, ErrorCode.KafkaStorageError); break;
            case PartitionProtocol.ExpirePending: LookAgain(); break;
            case PartitionProtocol.Flushed or ControllerProtocol.Reply or PartitionProtocol.ForgetProducers: break;
            case PartitionProtocol.Remove: Context.Stop(Self); break;
            default: Unhandled(message); break;
        }
    }

    private void Adopt()
    {
        PartitionAssignment next = Assignment;
        if (_leading is not null && ReferenceEquals(_leading.Token, next.Token) && next.Error == ErrorCode.None)
        {
            _leading.Update(next);
            Advance();
            LookAgain();
            return;
        }

        EndLeadership(next.Error == ErrorCode.None ? ErrorCode.NotLeaderOrFollower : next.Error);
        if (next.Error != ErrorCode.None) Become(Offline);
        else if (next.Role == ReplicaRole.Leader) Lead(next);
        else Become(Following);
        _partition.Waiters.WakeAll();
        LookAgain();
    }

    private void Lead(PartitionAssignment assignment)
    {
        _leading = new LeadingPartition(_partition, assignment, _limits, _clock);
        _proposing = new IsrProposing(RepeatProposalAfter);
        if (assignment.Settings.IsGroupCommit) _partition.Log.RequestFlush();
        Advance();
        _partition.Route = new LeaderRoute(Self, assignment.LeaderEpoch, _leading.EpochStartOffset);
        _partitions.NoteServed(_partition.Id);
        Become(Leading);
    }

    private void Append(PartitionProtocol.Append append)
    {
        if (TryWaitForMetadata(append)) return;
        CoordinatorEpoch coordinator =
            append.Coordinator is null ? default : _partitions.CoordinatorOf(_partition.Name.Topic);
        AppendVerdict verdict = _leading!.Judge(append, Sender, coordinator);
        if (verdict.Event is not null) PersistAsync(verdict.Event, _onWritten);
        else if (verdict.Error != ErrorCode.None) Refuse(append, verdict);
        else _leading.Release(_answer);
        NotePending();
    }

    // A decision that this node has not followed to yet: the epoch may turn out to be its own.
    private bool TryWaitForMetadata(PartitionProtocol.Append append)
    {
        bool isAhead = append.DecidedAt > MetadataOffset.None && append.CurrentLeaderEpoch > Assignment.LeaderEpoch;
        if (!isAhead || _ahead >= MaxAhead || append.Deadline <= _clock.GetUtcNow()) return false;
        Stash.Stash();
        _ahead++;
        NotePending();
        return true;
    }

    private void LookAgain()
    {
        if (_ahead == 0) return;
        _ahead = 0;
        NotePending();
        Stash.UnstashAll();
    }

    private void ForgetProducers()
    {
        _leading!.ForgetProducers();
        NotePending();
    }

    private void NotePending()
    {
        _partition.HasPending = _ahead > 0 || _leading is { HasPending: true };
        _partition.HasProducers = _leading is { HasProducers: true };
    }

    private void OnWritten(PartitionAppend append)
    {
        if (_leading is null || !ReferenceEquals(append.Token, _leading.Token)) return;
        _leading.Written(append.Batch.NextOffset);
        Advance();
    }

    private void OnFlushed(PartitionProtocol.Flushed flushed)
    {
        bool isOwn = ReferenceEquals(flushed.Log, _partition.Log) && ReferenceEquals(Assignment.Token, _leading!.Token);
        if (!isOwn) return;
        _leading!.Flushed(flushed.Offset);
        Advance();
    }

    // Publishes what is committed, wakes those who wait to read it, and answers those who waited for it.
    private void Advance()
    {
        if (_leading!.HighWatermark > _partition.Log.View.HighWatermark
            && _partition.Log.AdvanceHighWatermark(_leading.Token, _leading.HighWatermark))
            _partition.Waiters.WakeAll();
        _leading.Release(_answer);
        Propose();
        NotePending();
    }

    private void Expire()
    {
        _leading!.Tick();
        _leading.Release(_answer);
        Propose();
        NotePending();
        LookAgain();
    }

    private void OnProposalAnswered(ControllerProtocol.Reply reply)
    {
        if (reply is ControllerProtocol.IsrDecided decided
            && _proposing!.Decided(decided.Id, decided.Error) is { } computedFrom)
            _leading!.ProposalRefused(computedFrom);
    }

    private void Propose()
    {
        IsrProposal? proposal = _leading!.Proposal;
        if (!_proposing!.IsDue(proposal, _clock.GetElapsedTime(0), out long id)) return;
        _partition.Controller.Tell(new ControllerProtocol.ProposeIsr(id, proposal!), Self);
        if (ReferenceEquals(_leading.ProposalCause, _recorded)) return;
        _recorded = _leading.ProposalCause!;
        DecisionCauses.Of(Context.System).Ring.Record(_recorded, _clock.GetUtcNow());
    }

    private void GoOffline()
    {
        EndLeadership(ErrorCode.KafkaStorageError);
        Become(Offline);
        _partition.Waiters.WakeAll();
        _partition.Owner.Tell(new ReplicaManagerProtocol.LogFailed(_partition.Log));
    }

    private void EndLeadership(ErrorCode error)
    {
        if (_leading is null) return;
        _partition.Route = null;
        _leading.Resign(error);
        _leading.Release(_answer);
        _leading.ReleaseUnwritten(_answer, error);
        _leading = null;
        NotePending();
    }

    private void DeleteRecords(PartitionProtocol.DeleteRecords delete)
    {
        ErrorCode epoch = Assignment.Image.CheckLeaderEpoch(delete.CurrentLeaderEpoch);
        if (epoch != ErrorCode.None)
        {
            Refuse(delete, epoch);
            return;
        }

        RecordDeletions.Of(Context.System).Start(_partition.Log, _leading!.Token, delete).PipeTo(Sender, Self);
    }

    private void Answer(PendingAppend pending, ErrorCode error)
    {
        bool isTold = error == ErrorCode.None && pending.Acks != Acks.None;
        pending.ReplyTo.Tell(
            new PartitionProtocol.Appended(
                pending.CorrelationId,
                error,
                null,
                isTold ? pending.BaseOffset : -1,
                isTold ? pending.LogAppendTimeMs : -1,
                _partition.Log.LogStartOffset,
                Assignment.Leader,
                Assignment.LeaderEpoch),
            Self);
    }

    private void Refuse(PartitionProtocol.Append append, ErrorCode error) =>
        Refuse(append, AppendVerdict.Refuse(error));

    private void Refuse(PartitionProtocol.Append append, AppendVerdict verdict) => Sender.Tell(
        new PartitionProtocol.Appended(
            append.CorrelationId,
            verdict.Error,
            verdict.Message,
            -1,
            -1,
            _partition.Log.LogStartOffset,
            Assignment.Leader,
            Assignment.LeaderEpoch)
        {
            RecordErrors = verdict.RecordErrors,
        },
        Self);

    private void Refuse(PartitionProtocol.DeleteRecords delete, ErrorCode error) => Sender.Tell(
        new PartitionProtocol.RecordsDeleted(delete.CorrelationId, delete.Partition, error, -1), Self);
}
