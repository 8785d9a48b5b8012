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
/// Starting -> Serving      the controller's answer is in this node's image; partitions load one by one
/// Serving  -> Starting     an append failed or its outcome is unknown: a new epoch, everything is read again
/// Serving  -> Superseded   another coordinator has an epoch above this one's: it answers nobody any more
/// </code>
/// </summary>
internal sealed class GroupCoordinator : UntypedActor, IWithTimers
{
    /// <summary>Every try to read a partition appends a fence to it.</summary>
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(5);

    private readonly CoordinatorServices _services;
    private readonly OffsetsAppender _appender;
    private readonly GroupClock _clock;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, IActorRef> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<long, int> _fencing = [];
    private readonly Dictionary<int, PartitionState> _partitions = [];
    private readonly HashSet<string> _deletedWhileLoading = new(StringComparer.Ordinal);
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

    private enum PartitionState
    {
        Loading,
        Loaded,
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private bool IsLoading => _partitions.ContainsValue(PartitionState.Loading);

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(cause =>
    {
        _log.Error(cause, "A group failed; all of them are loaded again.");
        Self.Tell(new GroupCoordinatorProtocol.AppendFailed(
            _context?.Epoch ?? default, "", ErrorCode.UnknownServerError));
        return Directive.Stop;
    });

    protected override void PreStart() => _services.Metadata.Tell(MetadataFollowerProtocol.Subscribe.Instance);

    protected override void PostStop() => _services.Door.Close(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case GroupCall call: Route(call); break;
            case GroupCoordinatorProtocol.ListGroups list: List(list); break;
            case GroupCoordinatorProtocol.Gone gone: OnGone(gone.GroupId); break;
            case GroupCoordinatorProtocol.AppendFailed failed: OnAppendFailed(failed); break;
            case MetadataFollowerProtocol.MetadataChanged changed: Follow(changed.Delta); break;
            case ControllerProtocol.Reply reply: OnReply(reply); break;
            case ProduceProtocol.Appended fenced: OnFenced(fenced); break;
            case PartitionLoaded loaded: OnLoaded(loaded); break;
            case FenceOverdue overdue: OnFenceOverdue(overdue.Id); break;
            case Retry: Continue(); break;
            default: Unhandled(message); break;
        }
    }

    private void Follow(MetadataDelta delta)
    {
        if (_context is { } context && delta.After.CoordinatorEpoch > context.Epoch)
        {
            StopServing();
            // It may be this one's own: a question whose answer was given up reached the controller after the next.
            _isSuperseded = delta.After.Coordinator != _services.Node;
            if (_isSuperseded)
                _log.Info("Another group coordinator has started under epoch {0}.", delta.After.CoordinatorEpoch);
            else RetryLater();
            return;
        }

        if (delta.DeletedTopics.Count > 0) OnDeleted([.. delta.DeletedTopics.Select(topic => topic.Name)]);
        Continue();
    }

    private void OnDeleted(IReadOnlyList<string> topics)
    {
        if (IsLoading) _deletedWhileLoading.UnionWith(topics);
        var deleted = new GroupCoordinatorProtocol.TopicsDeleted(topics);
        foreach (IActorRef group in _groups.Values) group.Tell(deleted);
    }

    // Does what is next: asks for an epoch, or loads partitions that have come.
    private void Continue()
    {
        if (_context is null) AskToStart();
        else LoadMissing();
    }

    private void AskToStart()
    {
        MetadataImage image = _services.Image();
        if (_isSuperseded || _startId != 0 || image.Broker(_services.Node) is not { IsActive: true } self) return;
        _startId = ++_lastId;
        _services.Controller.Tell(
            new ControllerProtocol.StartCoordinator(_startId, _services.Node, self.Epoch), Self);
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
            decided.Coordinator, _appender, _services.GroupServices, _clock, _services.Image);
        _services.Door.Open(Self);
        Continue();
    }

    private void LoadMissing()
    {
        if (_services.Image().Topic(OffsetsTopic.Name) is not { } topic) return;
        for (int partition = 0; partition < topic.Partitions.Count; partition++)
        {
            if (_partitions.ContainsKey(partition)) continue;
            long id = ++_lastId;
            if (!_appender.TryFence(_context!.Epoch, partition, id, Self)) continue;
            _partitions[partition] = PartitionState.Loading;
            _fencing.Add(id, partition);
            Timers.StartSingleTimer(id, new FenceOverdue(id), _appender.Timeout * 2);
        }

        if (_partitions.Count < topic.Partitions.Count) RetryLater();
    }

    private void OnFenced(ProduceProtocol.Appended fenced)
    {
        if (!_fencing.Remove(fenced.CorrelationId, out int partition)) return;
        Timers.Cancel(fenced.CorrelationId);
        if (fenced.Error != ErrorCode.None)
        {
            // The partition is not served yet, or has moved.
            _partitions.Remove(partition);
            RetryLater();
            return;
        }

        CoordinatorEpoch epoch = _context!.Epoch;
        _services.Reader.LoadAsync(partition, fenced.BaseOffset).PipeTo(
            Self,
            success: loaded => new PartitionLoaded(epoch, partition, loaded, null),
            failure: cause => new PartitionLoaded(epoch, partition, null, cause));
    }

    // The message or its answer was lost with a node.
    private void OnFenceOverdue(long id)
    {
        if (!_fencing.Remove(id, out int partition)) return;
        _partitions.Remove(partition);
        Continue();
    }

    private void OnLoaded(PartitionLoaded loaded)
    {
        if (_context is not { } context || loaded.Epoch != context.Epoch) return;
        if (loaded.Content is null)
        {
            _log.Warning("Partition {0} of {1} is read again: {2}",
                loaded.Partition, OffsetsTopic.Name, loaded.Cause?.Message);
            _partitions.Remove(loaded.Partition);
            Timers.StartSingleTimer(Retry.Instance, Retry.Instance, ReadAgainAfter);
            return;
        }

        var deleted = new GroupCoordinatorProtocol.TopicsDeleted([.. _deletedWhileLoading]);
        foreach (IGrouping<string, GroupRecord> records in loaded.Content.ByGroup())
        {
            // Of a group that is gone only tombstones are left, until compaction takes them.
            if (records.All(record => record.Value is null)) continue;
            IActorRef group = Start(records.Key, loaded.Partition, [.. records]);
            if (deleted.Topics.Count > 0) group.Tell(deleted);
        }

        _partitions[loaded.Partition] = PartitionState.Loaded;
        if (!IsLoading) _deletedWhileLoading.Clear();
    }

    private void Route(GroupCall call)
    {
        ErrorCode refusal = Find(call.GroupId, out int partition);
        if (refusal != ErrorCode.None)
            call.Reply(GroupRefusals.Of(call.Request, call.Version, call.GroupId, refusal));
        else if (_groups.TryGetValue(call.GroupId, out IActorRef? group)) group.Tell(call);
        else Start(call.GroupId, partition, []).Tell(call);
    }

    private ErrorCode Find(string groupId, out int partition)
    {
        partition = -1;
        if (_isSuperseded) return ErrorCode.NotCoordinator;
        if (_context is null) return ErrorCode.CoordinatorLoadInProgress;
        if (_services.Image().Topic(OffsetsTopic.Name) is not { } topic) return ErrorCode.CoordinatorNotAvailable;
        partition = OffsetsTopic.PartitionOf(groupId, topic.Partitions.Count);
        return _partitions.TryGetValue(partition, out PartitionState state) && state == PartitionState.Loaded
            ? ErrorCode.None
            : ErrorCode.CoordinatorLoadInProgress;
    }

    private IActorRef Start(string groupId, int partition, IReadOnlyList<GroupRecord> records)
    {
        GroupContext context = _context!;
        IActorRef group = Context.ActorOf(Props
            .Create(() => new GroupActor(context, groupId, partition, records))
            .WithDispatcher("kafka-actors.dispatchers.data"));
        _groups[groupId] = group;
        return group;
    }

    private void List(GroupCoordinatorProtocol.ListGroups list)
    {
        if (_context is null || !IsLoaded())
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
        foreach ((string groupId, IActorRef group) in _groups)
            group.Tell(new GroupCall(groupId, new ListGroupsRequest(), 0, default, parts.Part(index++)));
    }

    // Without the topic there is nothing to load.
    private bool IsLoaded()
    {
        int count = _services.Image().Topic(OffsetsTopic.Name)?.Partitions.Count ?? 0;
        return _partitions.Count >= count && !IsLoading;
    }

    private void OnGone(string groupId)
    {
        if (!_groups.TryGetValue(groupId, out IActorRef? group) || !group.Equals(Sender)) return;
        _groups.Remove(groupId);
        Context.Stop(group);
    }

    private void OnAppendFailed(GroupCoordinatorProtocol.AppendFailed failed)
    {
        if (_context is null || failed.Epoch != _context.Epoch) return;
        _log.Warning("Group {0} could not be written ({1}); groups are loaded again.", failed.GroupId, failed.Error);
        StopServing();
        RetryLater();
    }

    private void StopServing()
    {
        Timers.CancelAll();
        _context = null;
        _startId = 0;
        foreach (IActorRef group in _groups.Values) Context.Stop(group);
        _groups.Clear();
        _fencing.Clear();
        _partitions.Clear();
        _deletedWhileLoading.Clear();
    }

    private void RetryLater() =>
        Timers.StartSingleTimer(Retry.Instance, Retry.Instance, _services.RetryBackoff);

    private sealed record PartitionLoaded(
        CoordinatorEpoch Epoch, int Partition, LoadedPartition? Content, Exception? Cause)
        : INoSerializationVerificationNeeded;

    private sealed record FenceOverdue(long Id) : INoSerializationVerificationNeeded;

    private sealed record Retry : INoSerializationVerificationNeeded
    {
        public static Retry Instance { get; } = new();
    }
}
