using Akka.Actor;
using Akka.Event;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// A coordinator's part in one partition of its topic: fences it, reads it, serves its keys, each by an actor of its
/// own, and appends for them. Its states are <see cref="CoordinatedPartition"/>'s. What goes wrong in this partition,
/// this actor's end included, is not noticed in any other; what goes wrong with one key is not noticed by the others
/// of the partition: it alone is read again. A child of the <see cref="CoordinatorActor"/>.
/// </summary>
internal sealed class CoordinatedPartitionActor : UntypedActor, IWithTimers
{
    /// <summary>Every try to read the partition appends a fence to it.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(5);

    private readonly CoordinatorContext _context;
    private readonly TopicIdPartition _id;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CoordinatedPartition _state = new();
    private readonly CoordinatedKeys _keys = new();
    private PartitionAppends _appends = null!;
    private CoordinatedPartitionStatus _told = CoordinatedPartitionStatus.Initial;
    private (int Records, int Keys) _read;

    public CoordinatedPartitionActor(CoordinatorContext context, TopicIdPartition id)
    {
        _context = context;
        _id = id;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private ICoordinatorTenant Tenant => _context.Tenant;

    // What it held may differ from the log: its stop, which is watched, makes it be read again.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        _appends = new PartitionAppends(_context, _id, Self);
        Read();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case CoordinatorCall call: Route(call); break;
            case PartitionProtocol.Appended appended: OnAppended(appended); break;
            case PartitionAppends.Arm arm: Start(arm); break;
            case PartitionAppends.Timer timer: _appends.OnTimer(timer); break;
            case CoordinatorProtocol.Gone gone: OnGone(gone.Key); break;
            case CoordinatorProtocol.KeyFailed failed: OnKeyFailed(failed); break;
            case KeyStopped stopped: OnKeyStopped(stopped.Key, stopped.Actor); break;
            case CoordinatorRound round: Answer(round); break;
            case CoordinatorProtocol.TopicsDeleted deleted: TellKeys(deleted); break;
            case CoordinatorProtocol.LeaderChanged: Read(); break;
            case PartitionRead read: OnRead(read); break;
            case FenceOverdue overdue: OnFenceOverdue(overdue.Attempt); break;
            case Retry: OnRetry(); break;
            default: Unhandled(message); break;
        }
    }

    private void Route(CoordinatorCall call)
    {
        if (!_state.Serves(call.Key)) Refuse(call);
        else if (_keys.TryGet(call.Key, out IActorRef? key)) key.Tell(call);
        else Start(call.Key, []).Tell(call);
    }

    private void Refuse(CoordinatorCall call)
    {
        if (_state.Fault is { } fault)
            call.Refuse(
                ErrorCode.CoordinatorNotAvailable, CoordinatorDoor.Text(Tenant, _id.Partition, fault));
        else call.Refuse(ErrorCode.CoordinatorLoadInProgress);
    }

    private void Start(PartitionAppends.Arm arm)
    {
        TimeSpan delay = arm.At - _context.Clock.Now;
        Timers.StartSingleTimer(arm.Timer, arm.Timer, delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
    }

    private void OnAppended(PartitionProtocol.Appended appended)
    {
        if (appended.CorrelationId == _state.Attempt) OnFenced(appended);
        else _appends.Answered(appended.CorrelationId, appended.Error);
    }

    private void Read()
    {
        if (!_state.NeedsReading) return;
        if (!_appends.TryFence(out long attempt))
        {
            if (_context.Services.Image().Partition(_id) is { HasLeader: false } led)
                _state.LeaderMissing(CoordinatorDoor.WithoutLeader(led));
            Report();
            RetryLater();
            return;
        }

        _state.Begin(attempt);
        Timers.StartSingleTimer(FenceOverdue.Key, new FenceOverdue(attempt), _context.Appender.Timeout * 2);
        Report();
    }

    private void OnFenced(PartitionProtocol.Appended fenced)
    {
        Timers.Cancel(FenceOverdue.Key);
        if (fenced.Error != ErrorCode.None)
        {
            // The partition is not served yet, or has moved; or its log is offline.
            AttemptFailed(fenced.Error == ErrorCode.KafkaStorageError
                ? "its log is offline; the node's log says why, and what brings it back"
                : null);
            RetryLater();
            return;
        }

        _state.Fenced();
        Report();
        long attempt = _state.Attempt;
        _context.Services.Reader.LoadAsync(Tenant, _id, fenced.BaseOffset, _state.InAttempt).PipeTo(
            Self,
            success: loaded => new PartitionRead(attempt, loaded, null),
            failure: cause => new PartitionRead(attempt, null, cause));
    }

    // The message or its answer was lost with a node.
    private void OnFenceOverdue(long attempt)
    {
        if (attempt != _state.Attempt) return;
        _state.AttemptLost();
        Read();
    }

    private void OnRead(PartitionRead read)
    {
        if (read.Attempt != _state.Attempt) return;
        if (read.Content is not { } content)
        {
            AttemptFailed(read.Cause?.Message ?? "it cannot be read");
            Timers.StartSingleTimer(Retry.AfterReading, Retry.Instance, ReadAgainAfter);
            return;
        }

        if (_state.Fault is not null)
            _log.Info(
                "Partition {0} of {1} is read; its {2}s are served again.",
                _id.Partition, Tenant.Topic, Tenant.KeyName);
        foreach (IActorRef failed in _keys.TakeFailed(_state.InAttempt)) Finish(failed);
        bool isWhole = _state.InAttempt is null;
        _state.Read();
        int found = StartKeys(content);
        if (isWhole) _read = (content.RecordCount, found);
        Report();
        Read();
    }

    private int StartKeys(LoadedPartition content)
    {
        int found = 0;
        foreach (IGrouping<string, CoordinatorRecord> records in content.ByKey())
        {
            // Of a key that is gone only tombstones are left, until compaction takes them.
            if (records.All(record => record.Value is null)) continue;
            Start(records.Key, [.. records]);
            found++;
        }

        return found;
    }

    private void AttemptFailed(string? fault)
    {
        bool isNews = fault != _state.Fault;
        _state.AttemptFailed(fault);
        Report();
        if (isNews && fault is not null)
            _log.Warning(
                "Partition {0} of {1} is read again every {2} s; until then its {3}s are not served: {4}.",
                _id.Partition, Tenant.Topic, ReadAgainAfter.TotalSeconds, Tenant.KeyName, fault);
    }

    private IActorRef Start(string key, IReadOnlyList<CoordinatorRecord> records)
    {
        (CoordinatorContext context, int partition, PartitionAppends appends) = (_context, _id.Partition, _appends);
        IActorRef actor = Context.ActorOf(Props
            .Create(() => new CoordinatedKeyActor(context, key, partition, records, appends.Add))
            .WithDispatcher(CoordinatorActor.Dispatcher));
        Context.WatchWith(actor, new KeyStopped(key, actor));
        _keys.Add(key, actor);
        return actor;
    }

    private void Answer(CoordinatorRound round)
    {
        bool isServing = _state.State == CoordinatedPartitionState.Serving;
        // What cannot be read is passed over: who asks for all shall not wait for what nobody can serve.
        bool isKnown = _state.Fault is not null || (isServing && _state.FailedKeys.All(_keys.Has));
        if (!isKnown)
        {
            round.Refuse(ErrorCode.CoordinatorLoadInProgress);
            return;
        }

        KeyValuePair<string, IActorRef>[] keys = [.. _keys.All];
        var parts = new ResponseParts(keys.Length, all => round.Reply(round.Join(all)));
        foreach ((int index, (string key, IActorRef actor)) in keys.Index())
            actor.Tell(round.CallTo(key, parts.Part(index)) with { IsOfRound = true });
    }

    private void TellKeys(CoordinatorProtocol.TopicsDeleted deleted)
    {
        foreach (IActorRef key in _keys.Serving) key.Tell(deleted);
    }

    private void OnGone(string key)
    {
        if (_keys.TryTake(key, Sender)) Finish(Sender);
    }

    // It stops behind the calls that it was given before it was forgotten, and hands those back or refuses them itself.
    private static void Finish(IActorRef key) => key.Tell(PoisonPill.Instance);

    private void OnKeyFailed(CoordinatorProtocol.KeyFailed failed)
    {
        if (!_keys.TryTake(failed.Key, Sender)) return;
        _log.Warning(
            "The {0} {1} could not be written ({2}); it is read again.", Tenant.KeyName, failed.Key, failed.Error);
        _keys.Keep(failed.Key, Sender);
        ReadAgain(failed.Key, Sender);
    }

    private void OnKeyStopped(string key, IActorRef actor)
    {
        _keys.Forget(key, actor);
        if (!_keys.TryTake(key, actor)) return;
        _log.Error("The actor of the {0} {1} stopped; it is read again.", Tenant.KeyName, key);
        ReadAgain(key, actor);
    }

    private void ReadAgain(string key, IActorRef actor)
    {
        _appends.Drop(actor);
        _state.KeyFailed(key);
        Report();
        RetryLater();
    }

    private void Report()
    {
        var status = new CoordinatedPartitionStatus(
            _state.State, _state.Fault, _read.Records, _read.Keys, _state.FailedKeys.Count);
        if (status == _told) return;
        _told = status;
        Context.Parent.Tell(new CoordinatorProtocol.PartitionChanged(_id.Partition, status));
    }

    private void OnRetry()
    {
        _state.Resume();
        Read();
    }

    // One that runs comes sooner.
    private void RetryLater()
    {
        if (!Timers.IsTimerActive(Retry.Instance))
            Timers.StartSingleTimer(Retry.Instance, Retry.Instance, _context.Services.RetryBackoff);
    }

    private sealed record KeyStopped(string Key, IActorRef Actor) : INoSerializationVerificationNeeded;

    private sealed record PartitionRead(long Attempt, LoadedPartition? Content, Exception? Cause)
        : INoSerializationVerificationNeeded;

    private sealed record FenceOverdue(long Attempt) : INoSerializationVerificationNeeded
    {
        public const string Key = "fence";
    }

    private sealed record Retry : INoSerializationVerificationNeeded
    {
        public const string AfterReading = "read again";

        public static Retry Instance { get; } = new();
    }
}
