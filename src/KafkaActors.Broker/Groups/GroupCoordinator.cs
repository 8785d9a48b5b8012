using Akka.Actor;
using Akka.Event;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Groups;

/// <summary>
/// The cluster's one coordinator of consumer groups, a singleton that supervises an actor a group. It serves under an
/// epoch that the controller gave it and that the partitions of the offsets topic hold against any coordinator before
/// it: each partition is fenced, read up to the fence, and only then are its groups served.
/// <code>
/// Starting -> Serving      the controller's answer is in this node's image; partitions are read one by one
/// Serving  -> Superseded   another coordinator has an epoch above this one's: it answers nobody any more
/// </code>
/// A group whose append failed, or whose actor stopped, is read again alone: what goes wrong with one group, or with
/// one partition, is not noticed by the others. See <see cref="OffsetsPartition"/>.
/// </summary>
internal sealed class GroupCoordinator : UntypedActor, IWithTimers
{
    /// <summary>Every try to read a partition appends a fence to it.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(5);

    /// <summary>The controller's proxy answers before, whatever the controller does, unless it stops itself.</summary>
    private static readonly TimeSpan AskAgainAfter = ControllerProxy.RequestTimeout * 2;

    private readonly CoordinatorServices _services;
    private readonly OffsetsAppender _appender;
    private readonly GroupClock _clock;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, GroupChild> _groups = new(StringComparer.Ordinal);
    private readonly OffsetsPartitions _partitions = new();
    private GroupContext? _context;
    private long _lastId;
    private long _startId;
    private bool _isSuperseded;

    public GroupCoordinator(CoordinatorServices services)
    {
        _services = services;
        _clock = new GroupClock(services.Clock);
        _appender = new OffsetsAppender(
            services.Partitions, services.Region, services.Image, services.Clock,
            services.Settings.OffsetsCommitTimeout);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // What it held may differ from the log: its stop, which is watched, makes it be read again.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart() => _services.Metadata.Tell(MetadataFollowerProtocol.Subscribe.Instance);

    protected override void PostStop() => _services.Door.Close(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case GroupCall call: Route(call); break;
            case GroupCoordinatorProtocol.ListGroups list: List(list); break;
            case GroupCoordinatorProtocol.Gone gone: OnGone(gone.GroupId); break;
            case GroupCoordinatorProtocol.GroupFailed failed: OnGroupFailed(failed); break;
            case GroupStopped stopped: OnGroupStopped(stopped.GroupId, stopped.Group); break;
            case MetadataFollowerProtocol.MetadataChanged changed: Follow(changed.Delta); break;
            case ControllerProtocol.Reply reply: OnReply(reply); break;
            case StartOverdue overdue: OnStartOverdue(overdue.Id); break;
            case ProduceProtocol.Appended fenced: OnFenced(fenced); break;
            case PartitionRead read: OnRead(read); break;
            case FenceOverdue overdue: OnFenceOverdue(overdue.Id); break;
            case Retry: OnRetry(); break;
            default: Unhandled(message); break;
        }
    }

    private void Follow(MetadataDelta delta)
    {
        CoordinatorImage newest = delta.After.Coordinator(OffsetsTopic.Name);
        if (_context is { } context && newest.Epoch > context.Epoch)
        {
            StopServing();
            // It may be this one's own: a question whose answer was given up reached the controller after the next.
            _isSuperseded = newest.Node != _services.Node;
            if (_isSuperseded)
                _log.Info("Another group coordinator has started under epoch {0}.", newest.Epoch);
            else RetryLater();
            return;
        }

        // Groups that are read later look at the image themselves.
        if (delta.DeletedTopics.Count > 0)
        {
            var deleted = new GroupCoordinatorProtocol.TopicsDeleted(
                [.. delta.DeletedTopics.Select(topic => topic.Name)]);
            foreach (GroupChild group in _groups.Values) group.Actor.Tell(deleted);
        }

        Continue();
    }

    // Does what is next: asks for an epoch, or reads what has to be read.
    private void Continue()
    {
        if (_context is null) AskToStart();
        else ReadPartitions();
    }

    private void AskToStart()
    {
        MetadataImage image = _services.Image();
        if (_isSuperseded || _startId != 0 || image.Broker(_services.Node) is not { IsActive: true } self) return;
        _startId = ++_lastId;
        _services.Controller.Tell(
            new ControllerProtocol.StartCoordinator(_startId, OffsetsTopic.Name, _services.Node, self.Epoch), Self);
        Timers.StartSingleTimer(StartOverdue.Key, new StartOverdue(_startId), AskAgainAfter);
    }

    private void OnStartOverdue(long id)
    {
        if (id != _startId) return;
        _startId = 0;
        Continue();
    }

    private void OnReply(ControllerProtocol.Reply reply)
    {
        if (reply.Id != _startId) return;
        _startId = 0;
        if (reply is not ControllerProtocol.CoordinatorDecided { Error: ErrorCode.None } decided)
        {
            RetryLater();
            return;
        }

        _context = new GroupContext(
            decided.Coordinator, _appender, _services.ForGroups(_clock), _clock, _services.Image);
        _services.Door.Open(Self);
        Continue();
    }

    private void ReadPartitions()
    {
        if (_partitions.Follow(_services.Image()))
        {
            _log.Warning("{0} was deleted: the groups in it are gone.", OffsetsTopic.Name);
            StopGroups();
        }

        foreach (int partition in _partitions.ToRead())
        {
            long id = ++_lastId;
            if (!_appender.TryFence(_context!.Epoch, _partitions.IdOf(partition), id, Self)) continue;
            _partitions.Begin(partition, id);
            Timers.StartSingleTimer(id, new FenceOverdue(id), _appender.Timeout * 2);
        }

        if (_partitions.NeedReading) RetryLater();
    }

    private void OnFenced(ProduceProtocol.Appended fenced)
    {
        long id = fenced.CorrelationId;
        Timers.Cancel(id);
        if (_partitions.InAttempt(id, out int partition) is not { } state) return;
        if (fenced.Error != ErrorCode.None)
        {
            // The partition is not served yet, or has moved; or its log is offline.
            AttemptFailed(id, fenced.Error == ErrorCode.KafkaStorageError
                ? "its log is offline; the node's log says why, and what brings it back"
                : null);
            RetryLater();
            return;
        }

        _services.Reader.LoadAsync(_partitions.IdOf(partition), fenced.BaseOffset, state.IsWanted).PipeTo(
            Self,
            success: loaded => new PartitionRead(id, loaded, null),
            failure: cause => new PartitionRead(id, null, cause));
    }

    // The message or its answer was lost with a node.
    private void OnFenceOverdue(long id)
    {
        if (_partitions.InAttempt(id, out _) is not { } state) return;
        _partitions.End(id);
        state.AttemptLost();
        Continue();
    }

    private void OnRead(PartitionRead read)
    {
        if (_partitions.InAttempt(read.Attempt, out int partition) is not { } state) return;
        if (read.Content is null)
        {
            AttemptFailed(read.Attempt, read.Cause?.Message ?? "it cannot be read");
            Timers.StartSingleTimer(Retry.AfterReading, Retry.Instance, ReadAgainAfter);
            return;
        }

        bool wasFaulty = state.Fault is not null;
        _partitions.End(read.Attempt);
        state.Read();
        if (wasFaulty)
        {
            _log.Info("Partition {0} of {1} is read; its groups are served again.", partition, OffsetsTopic.Name);
            _services.Door.Tell(_partitions.Faults);
        }

        foreach (IGrouping<string, GroupRecord> records in read.Content.ByGroup())
        {
            // Of a group that is gone only tombstones are left, until compaction takes them.
            if (!records.All(record => record.Value is null)) Start(records.Key, partition, [.. records]);
        }
    }

    private void AttemptFailed(long attempt, string? fault)
    {
        if (_partitions.InAttempt(attempt, out int partition) is not { } state) return;
        _partitions.End(attempt);
        bool isNews = fault != state.Fault;
        state.AttemptFailed(fault);
        if (!isNews) return;
        _services.Door.Tell(_partitions.Faults);
        if (fault is not null)
            _log.Warning(
                "Partition {0} of {1} is read again every {2} s; until then its groups are not served: {3}.",
                partition, OffsetsTopic.Name, ReadAgainAfter.TotalSeconds, fault);
    }

    private void Route(GroupCall call)
    {
        ErrorCode refusal = Find(call.GroupId, out int partition, out string? why);
        if (refusal != ErrorCode.None)
            call.Reply(GroupRefusals.Of(call.Request, call.Version, call.GroupId, refusal, why));
        else if (_groups.TryGetValue(call.GroupId, out GroupChild group)) group.Actor.Tell(call);
        else Start(call.GroupId, partition, []).Tell(call);
    }

    private ErrorCode Find(string groupId, out int partition, out string? why)
    {
        (partition, why) = (-1, null);
        if (_isSuperseded) return ErrorCode.NotCoordinator;
        if (_context is null) return ErrorCode.CoordinatorLoadInProgress;
        MetadataImage image = _services.Image();
        if (image.Topic(OffsetsTopic.Name) is null) return ErrorCode.CoordinatorNotAvailable;
        OffsetsPartition? state = _partitions.Find(groupId, image, out partition);
        if (state?.Serves(groupId) == true) return ErrorCode.None;
        if (state?.Fault is not { } fault) return ErrorCode.CoordinatorLoadInProgress;
        why = CoordinatorDoor.Text(partition, fault);
        return ErrorCode.CoordinatorNotAvailable;
    }

    private IActorRef Start(string groupId, int partition, IReadOnlyList<GroupRecord> records)
    {
        GroupContext context = _context!;
        TopicIdPartition id = _partitions.IdOf(partition);
        IActorRef group = Context.ActorOf(Props
            .Create(() => new GroupActor(context, groupId, id, records))
            .WithDispatcher("kafka-actors.dispatchers.data"));
        Context.WatchWith(group, new GroupStopped(groupId, group));
        _groups[groupId] = new GroupChild(group, partition);
        return group;
    }

    private void List(GroupCoordinatorProtocol.ListGroups list)
    {
        if (_context is null || !_partitions.AreListable)
        {
            list.Reply(new ListGroupsResponse
            {
                ErrorCode = _isSuperseded ? ErrorCode.NotCoordinator : ErrorCode.CoordinatorLoadInProgress,
            });
            return;
        }

        var parts = new ResponseParts(_groups.Count, all => list.Reply(new ListGroupsResponse
        {
            Groups = [.. all.Cast<ListGroupsResponse>().SelectMany(part => part.Groups)],
        }));
        int index = 0;
        foreach ((string groupId, GroupChild group) in _groups)
            group.Actor.Tell(new GroupCall(groupId, new ListGroupsRequest(), 0, default, parts.Part(index++)));
    }

    private void OnGone(string groupId)
    {
        if (TryTake(groupId, Sender, out GroupChild group)) Finish(group);
    }

    // It stops behind the calls that it was given before it was forgotten, and hands those back or refuses them itself.
    private static void Finish(GroupChild group) => group.Actor.Tell(PoisonPill.Instance);

    private void OnGroupFailed(GroupCoordinatorProtocol.GroupFailed failed)
    {
        if (!TryTake(failed.GroupId, Sender, out GroupChild group)) return;
        _log.Warning("Group {0} could not be written ({1}); it is read again.", failed.GroupId, failed.Error);
        Finish(group);
        ReadAgain(failed.GroupId, group.Partition);
    }

    private void OnGroupStopped(string groupId, IActorRef actor)
    {
        if (!TryTake(groupId, actor, out GroupChild group)) return;
        _log.Error("The actor of group {0} stopped; the group is read again.", groupId);
        ReadAgain(groupId, group.Partition);
    }

    /// <summary>Forgets the group, if the actor is still the one that it has.</summary>
    private bool TryTake(string groupId, IActorRef actor, out GroupChild group) =>
        _groups.TryGetValue(groupId, out group) && group.Actor.Equals(actor) && _groups.Remove(groupId);

    private void ReadAgain(string groupId, int partition)
    {
        _partitions.Of(partition)?.GroupFailed(groupId);
        RetryLater();
    }

    private void StopServing()
    {
        Timers.CancelAll();
        _context = null;
        _startId = 0;
        _partitions.Clear();
        StopGroups();
    }

    private void StopGroups()
    {
        foreach (GroupChild group in _groups.Values) Context.Stop(group.Actor);
        _groups.Clear();
    }

    private void OnRetry()
    {
        _partitions.Resume();
        Continue();
    }

    // One that runs comes sooner.
    private void RetryLater()
    {
        if (!Timers.IsTimerActive(Retry.Instance))
            Timers.StartSingleTimer(Retry.Instance, Retry.Instance, _services.RetryBackoff);
    }

    private readonly record struct GroupChild(IActorRef Actor, int Partition);

    private sealed record GroupStopped(string GroupId, IActorRef Group) : INoSerializationVerificationNeeded;

    private sealed record PartitionRead(long Attempt, LoadedPartition? Content, Exception? Cause)
        : INoSerializationVerificationNeeded;

    private sealed record FenceOverdue(long Id) : INoSerializationVerificationNeeded;

    private sealed record StartOverdue(long Id) : INoSerializationVerificationNeeded
    {
        public const string Key = "start";
    }

    private sealed record Retry : INoSerializationVerificationNeeded
    {
        public const string AfterReading = "read again";

        public static Retry Instance { get; } = new();
    }
}
