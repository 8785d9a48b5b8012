using Akka.Actor;
using Akka.Event;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Storage;
using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Owns every log of this node, led or followed. It follows the metadata, of which the guardian tells it once the node
/// is registered: opens the logs of partitions that come,
/// removes those that go, takes the writer token for each new leader epoch, and tells each partition its role, also
/// when nothing but the epoch changed. It is the only writer of the <see cref="PartitionRegistry"/>.
/// What waits for a disk runs on the node's pools and comes back as a message. One timer serves all partitions.
/// </summary>
internal sealed class ReplicaManager : UntypedActor, IWithTimers
{
    private readonly ReplicaManagerSettings _settings;
    private readonly LogDirectories _directories;
    private readonly TopicLogSettings _topics;
    private readonly IActorRef _controller;
    private readonly OfflineReplicas _offline;
    private readonly PartitionRegistry _registry = PartitionRegistry.Of(Context.System);
    private readonly NodePools _pools = NodePools.Of(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly LogOpening _opening;
    private readonly LogWithdrawals _withdrawals;
    private readonly RecoveryReporting _recovery;
    private readonly PartitionAssigning _assigning;
    private readonly LogMaintenance _maintenance;
    private readonly RoomWatch _room;
    private readonly LogCleaning _cleaning;
    private readonly Dictionary<TopicIdPartition, OpenedLog> _opened = [];
    private readonly HashSet<TopicIdPartition> _failed = [];
    private readonly List<(IActorRef ReplyTo, MetadataOffset UpTo)> _awaiting = [];
    private MetadataImage _image = MetadataImage.Empty;

    public ReplicaManager(
        ReplicaManagerSettings settings,
        LogDirectories directories,
        TopicLogSettings topics,
        IActorRef region,
        IActorRef controller,
        TimeProvider clock)
    {
        _settings = settings;
        _directories = directories;
        _topics = topics;
        _controller = controller;
        _offline = new OfflineReplicas(settings.Node);
        _opening = new LogOpening(settings.RecoveryThreads);
        _withdrawals = new LogWithdrawals(_opening);
        _recovery = new RecoveryReporting(directories, clock, _log);
        _maintenance = new LogMaintenance(settings, directories, clock);
        _room = new RoomWatch(directories, _pools.SmallWrites, _log);
        _cleaning = new LogCleaning(settings.Cleaner, clock);
        _assigning = new PartitionAssigning(settings, topics, _log)
        {
            Registry = _registry,
            Offline = _offline,
            Opening = _opening,
            SmallWrites = _pools.SmallWrites,
            Region = region,
            Controller = controller,
            Owner = Self,
        };
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        _pools.Maintenance.Run(_directories.BytesToCheck).PipeTo(
            Self, success: bytes => new RecoverySized(bytes), failure: _ => new RecoverySized(null));
    }

    protected override void PostStop() => _cleaning.Stop();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case MetadataFollowerProtocol.MetadataChanged changed: Follow(changed.Delta); break;
            case LogOpened opened: OnOpened(opened); break;
            case LogRefused refused: OnRefused(refused); break;
            case LogsWithdrawn withdrawn: OnWithdrawn(withdrawn); break;
            case PartitionAssigning.WriterTaken taken: OnWriterTaken(taken); break;
            case ReplicaManagerProtocol.LogFailed failed: OnFailed(failed.Log); break;
            case ReplicaManagerProtocol.AwaitRecovered await: Await(await.UpTo); break;
            case ControllerProtocol.Reply reply: _offline.OnAnswered(reply); break;
            case Tick: OnTick(); break;
            case MaintenanceDone done: OnMaintained(done); break;
            case RoundDone done: OnCleaned(done); break;
            case LeftoversSettled settled: OnSettled(settled); break;
            case RecoverySized sized: _recovery.BytesToCheck = sized.Bytes; break;
            default: Unhandled(message); break;
        }
    }

    private void Follow(MetadataDelta delta)
    {
        // Not before: maintenance removes strays and writes checkpoints.
        if (_image.Offset == MetadataOffset.None)
            Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, _settings.Tick, _settings.Tick);
        _image = delta.After;
        _registry.Coordinators = _image.Coordinators;
        foreach (PartitionTransition transition in delta.TransitionsOf(_settings.Node)) Follow(transition, delta);
        foreach (PartitionImage led in delta.LedWithChangedBrokers(_settings.Node))
            if (_opened.TryGetValue(led.Id, out OpenedLog? opened)) Assign(led, opened);
        WithdrawNext();
        foreach (ConfigResource changed in delta.ChangedConfigs) Configure(changed);
        OpenNext();
        AnswerAwaiting();
        ReportOffline();
    }

    private void Follow(PartitionTransition transition, MetadataDelta delta)
    {
        PartitionImage? after = transition.After;
        if (after is null || !after.Replicas.Contains(_settings.Node)) Remove(transition.Id, delta.IsKnownDeleted);
        else if (_opened.TryGetValue(transition.Id, out OpenedLog? opened)) Assign(after, opened);
        else if (!_failed.Contains(transition.Id)) _opening.Want(transition.Id, NameOf(transition.Id));
    }

    private void OpenNext()
    {
        while (_opening.TryTakeNext(out TopicIdPartition id, out TopicPartition name))
        {
            LogConfig config = _topics.LogConfigOf(_image, name.Topic);
            Func<TopicId, bool> isKnownDeleted = _image.DeletedTopicIds.Contains;
            OpenAsync(id, name, config, isKnownDeleted).PipeTo(
                Self,
                success: opened => new LogOpened(id, opened),
                failure: exception => new LogRefused(id, exception));
        }
    }

    // Both on the threads for recovery: what is awaited between them comes back on any.
    private async Task<OpenedLog> OpenAsync(
        TopicIdPartition id, TopicPartition name, LogConfig config, Func<TopicId, bool> isKnownDeleted)
    {
        Bulkhead recovery = _pools.Recovery;
        int index = await recovery.Run(() => _directories.PlaceAsync(name, id.TopicId, isKnownDeleted)).Unwrap()
            .ConfigureAwait(false);
        return await recovery.Run(() => _directories.Open(index, name, id.TopicId, config)).ConfigureAwait(false);
    }

    private void OnOpened(LogOpened message)
    {
        _opened[message.Id] = message.Opened;
        if (ImageHere(message.Id) is { } image) Assign(image, message.Opened);
        else Withdraw(message.Id, _image.DeletedTopicIds.Contains);
        ReportOffline();
        WithdrawNext();
        OpenNext();
        AnswerAwaiting();
    }

    private PartitionImage? ImageHere(TopicIdPartition id) =>
        _image.Partition(id) is { } image && image.Replicas.Contains(_settings.Node) ? image : null;

    private void OnRefused(LogRefused message)
    {
        _opening.Done(message.Id);
        _failed.Add(message.Id);
        _registry.NoteUnopened(message.Id, new UnopenedLog(NameOf(message.Id), message.Cause.Message));
        _offline.Add(message.Id);
        ReportOffline();
        if (message.Cause is LogDirectoryException told)
            _log.Error("Partition {0} is offline: {1}", NameOf(message.Id), told.Message);
        else _log.Error(message.Cause, "Partition {0} is offline: its log could not be opened.", NameOf(message.Id));
        OpenNext();
        AnswerAwaiting();
    }

    private void OnWriterTaken(PartitionAssigning.WriterTaken taken)
    {
        _assigning.OnTaken(taken, _image, ImageHere(taken.Id), _opened.GetValueOrDefault(taken.Id));
        ReportOffline();
        OpenNext();
        AnswerAwaiting();
    }

    private void Assign(PartitionImage image, OpenedLog opened) => _assigning.Assign(_image, image, opened);

    private void Configure(ConfigResource changed)
    {
        if (changed.Type == ConfigResourceType.Topic && _image.Topic(changed.Name) is { } topic)
        {
            foreach (PartitionImage partition in topic.Partitions) Configure(partition);
        }
        else if (changed.Type == ConfigResourceType.Broker)
        {
            foreach (TopicIdPartition id in _image.HostedBy(_settings.Node)) Configure(_image.Partition(id)!);
        }
    }

    private void Configure(PartitionImage image)
    {
        if (!_opened.TryGetValue(image.Id, out OpenedLog? opened)) return;
        opened.Log.UpdateConfig(_topics.LogConfigOf(_image, opened.Log.Name.Topic));
        Assign(image, opened);
    }

    private void Remove(TopicIdPartition id, Func<TopicId, bool> isKnownDeleted)
    {
        _opening.Forget(id);
        _failed.Remove(id);
        _registry.ForgetUnopened(id);
        _offline.Remove(id);
        if (_registry.TryGet(id, out PartitionHandle? partition)) _assigning.Dismiss(partition);
        else _registry.NoteServed(id);
        Withdraw(id, isKnownDeleted);
    }

    private void Withdraw(TopicIdPartition id, Func<TopicId, bool> isKnownDeleted)
    {
        if (!_opened.Remove(id, out OpenedLog? opened)) return;
        _withdrawals.Add(opened, isKnownDeleted(id.TopicId) ? Withdrawal.Delete : Withdrawal.SetAside);
        // Its name is held by the withdrawal from here on.
        _opening.Done(id);
    }

    private void WithdrawNext()
    {
        if (_withdrawals.TakeBatch() is not { } batch) return;
        _pools.Maintenance.Run(() => _directories.WithdrawAsync(batch)).Unwrap().PipeTo(
            Self,
            success: withdrawn => new LogsWithdrawn(batch, withdrawn, null),
            failure: exception => new LogsWithdrawn(batch, [], exception));
    }

    private void OnWithdrawn(LogsWithdrawn message)
    {
        if (message.Cause is not null) _log.Error(message.Cause, "Logs could not be withdrawn.");
        foreach (WithdrawnPartition failed in message.Withdrawn.Where(one => one.Fault is not null))
            _log.Error(failed.Fault, "The log of {0} could not be renamed to {1}.", failed.Name, failed.Directory);
        _withdrawals.Done(message.Batch);
        WithdrawNext();
        OpenNext();
    }

    private void OnFailed(PartitionLog log)
    {
        var id = new TopicIdPartition(log.TopicId, log.Name.Partition);
        if (!_registry.TryGet(id, out PartitionHandle? partition) || !ReferenceEquals(partition.Log, log)) return;
        if (partition.Assignment.Error != ErrorCode.None) return;
        _log.Error("Partition {0} is offline: {1}", log.Name, log.Failure?.Message ?? "a batch was rejected");
        partition.Assignment = partition.Assignment with { Token = null, Error = ErrorCode.KafkaStorageError };
        partition.Actor?.Tell(PartitionProtocol.AssignmentChanged.Instance);
        partition.Waiters.WakeAll();
        _offline.Add(id);
        ReportOffline();
    }

    private void ReportOffline()
    {
        if (_offline.NextReport(_image) is { } report) _controller.Tell(report);
    }

    private void Await(MetadataOffset upTo)
    {
        _awaiting.Add((Sender, upTo));
        AnswerAwaiting();
    }

    private void AnswerAwaiting()
    {
        if (_awaiting.Count == 0 || !_opening.IsIdle) return;
        _recovery.End(_opened.Count);
        var answer = new ReplicaManagerProtocol.Recovered(_image.Offset, _opened.Count, _failed.Count);
        foreach ((IActorRef replyTo, MetadataOffset upTo) in _awaiting)
        {
            if (upTo <= _image.Offset) replyTo.Tell(answer);
        }

        if (_awaiting.RemoveAll(waiting => waiting.UpTo <= _image.Offset) > 0) SettleLeftovers();
    }

    private void SettleLeftovers()
    {
        Func<TopicId, bool> isKnownDeleted = _image.DeletedTopicIds.Contains;
        _pools.Maintenance.Run(() => _directories.SettleLeftoversAsync(isKnownDeleted)).Unwrap().PipeTo(
            Self,
            success: count => new LeftoversSettled(count, null),
            failure: exception => new LeftoversSettled(0, exception));
    }

    private void OnSettled(LeftoversSettled message)
    {
        if (message.Cause is not null) _log.Error(message.Cause, "What other topics left behind could not be removed.");
        else if (message.Deleted > 0)
            _log.Info("Removed {0} partitions of topics that were deleted meanwhile.", message.Deleted);
    }

    private void OnTick()
    {
        if (_awaiting.Count > 0) _recovery.Tick(_registry.All.Count(), _opening.Left);
        ReportOffline();
        foreach (PartitionHandle partition in _registry.All)
        {
            if (partition.HasPending) partition.Actor?.Tell(PartitionProtocol.ExpirePending.Instance);
            else if (partition.Actor is null) _assigning.Tell(partition);
        }

        if (_maintenance.TryBegin(out LogMaintenance.Kind due))
        {
            if (due.HasFlag(LogMaintenance.Kind.Retention)) ForgetProducers();
            PartitionLog[] logs = [.. _opened.Values.Select(opened => opened.Log)];
            _pools.Maintenance.Run(() => _maintenance.Do(due, logs)).PipeTo(
                Self, success: _ => new MaintenanceDone(null), failure: exception => new MaintenanceDone(exception));
        }

        foreach (CleaningRound round in _cleaning.Begin(_opened.Values.Select(opened => opened.Log))) Start(round);
        _room.Look();
    }

    private void Start(CleaningRound round) =>
        _pools.Cleaning.Run(round.Run).PipeTo(Self, success: result => new RoundDone(round, result));

    private void OnCleaned(RoundDone done)
    {
        _cleaning.End(done.Round, done.Outcome);
        if (done.Outcome.Report is { } report) _log.Debug("Compacted {0}: {1}", report.Name, report);
        foreach ((PartitionLog log, Exception cause) in done.Outcome.Failed)
        {
            if (FullDisk.Is(cause)) _log.Warning("{0} is compacted when its disk has room for a copy.", log.Name);
            else _log.Error(cause, "{0} could not be compacted, and is not until the node restarts.", log.Name);
        }
    }

    // The logs forget theirs with retention.
    private void ForgetProducers()
    {
        foreach (PartitionHandle partition in _registry.All)
        {
            if (partition.HasProducers) partition.Actor?.Tell(PartitionProtocol.ForgetProducers.Instance);
        }
    }

    private void OnMaintained(MaintenanceDone done)
    {
        _maintenance.End();
        if (done.Cause is not null) _log.Error(done.Cause, "Retention or checkpoints failed; tried again later.");
    }

    private TopicPartition NameOf(TopicIdPartition id) =>
        new(_image.Topic(id.TopicId)?.Name ?? id.TopicId.ToString(), id.Partition);

    private sealed record LogOpened(TopicIdPartition Id, OpenedLog Opened) : INoSerializationVerificationNeeded;

    private sealed record LogRefused(TopicIdPartition Id, Exception Cause) : INoSerializationVerificationNeeded;

    private sealed record LogsWithdrawn(
        IReadOnlyList<LeavingLog> Batch, IReadOnlyList<WithdrawnPartition> Withdrawn, Exception? Cause)
        : INoSerializationVerificationNeeded;

    private sealed record LeftoversSettled(int Deleted, Exception? Cause) : INoSerializationVerificationNeeded;

    private sealed record RoundDone(CleaningRound Round, CleaningResult Outcome) : INoSerializationVerificationNeeded;

    private sealed record RecoverySized(long? Bytes) : INoSerializationVerificationNeeded;

    private sealed record MaintenanceDone(Exception? Cause) : INoSerializationVerificationNeeded;

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }
}
