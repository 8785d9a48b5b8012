using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// The cluster's one coordinator over an internal topic, a singleton that supervises an actor for each partition of
/// the topic. It serves under an epoch that the controller gave it and that the partitions hold against any coordinator
/// before it. What it is the coordinator of, its <see cref="ICoordinatorTenant"/> says.
/// <code>
/// Starting -> Serving      the controller's answer is in this node's image; partitions are read, several at a time
/// Serving  -> Superseded   another coordinator has an epoch above this one's: it answers nobody any more
/// </code>
/// </summary>
internal sealed class CoordinatorActor : UntypedActor, IWithTimers
{
    /// <summary>Of a coordinator, its partitions and its keys.</summary>
    public const string Dispatcher = "kafka-actors.dispatchers.data";

    /// <summary>The controller's proxy answers before, whatever the controller does, unless it stops itself.</summary>
    private static readonly TimeSpan AskAgainAfter = ControllerProxy.RequestTimeout * 2;

    private readonly CoordinatorServices _services;
    private readonly CoordinatorClock _clock;
    private readonly LoadingLog _loading;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private CoordinatorContext? _context;
    private TopicId _topic;
    private ImmutableArray<IActorRef> _partitions = [];
    private long _startId;
    private long _lastId;
    private bool _isSuperseded;

    public CoordinatorActor(CoordinatorServices services)
    {
        _services = services;
        _clock = new CoordinatorClock(services.Clock);
        _loading = new LoadingLog(services.Tenant, _clock, _log);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private ICoordinatorTenant Tenant => _services.Tenant;

    // What it held may differ from the log: its stop, which is watched, makes it be read again.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart() => _services.Metadata.Tell(MetadataFollowerProtocol.Subscribe.Instance);

    protected override void PostStop() => _services.Door.Close(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case CoordinatorRound round: Answer(round); break;
            case CoordinatorProtocol.PartitionChanged changed: OnPartitionChanged(changed); break;
            case PartitionStopped stopped: OnPartitionStopped(stopped); break;
            case StartPartition start: OnStartPartition(start); break;
            case MetadataFollowerProtocol.MetadataChanged changed: Follow(changed.Delta); break;
            case ControllerProtocol.Reply reply: OnReply(reply); break;
            case StartOverdue overdue: OnStartOverdue(overdue.Id); break;
            case Retry: Continue(); break;
            case LoadingLog.Tick: _loading.OnTick(Timers); break;
            default: Unhandled(message); break;
        }
    }

    private void Follow(MetadataDelta delta)
    {
        CoordinatorImage newest = delta.After.Coordinator(Tenant.Topic);
        if (_context is { } context && newest.Epoch > context.Epoch)
        {
            StopServing();
            // It may be this one's own: a question whose answer was given up reached the controller after the next.
            _isSuperseded = newest.Node != _services.Node;
            if (_isSuperseded) _log.Info("Another {0} has started under epoch {1}.", Tenant.Name, newest.Epoch);
            else RetryLater();
            return;
        }

        // Keys that are read later look at the image themselves.
        if (delta.DeletedTopics.Count > 0)
        {
            var deleted = new CoordinatorProtocol.TopicsDeleted([.. delta.DeletedTopics.Select(topic => topic.Name)]);
            foreach (IActorRef partition in _partitions) partition.Tell(deleted);
        }

        foreach (TopicIdPartition changed in delta.ChangedPartitions.Where(changed => changed.TopicId == _topic))
        {
            if (changed.Partition < _partitions.Length)
                _partitions[changed.Partition].Tell(CoordinatorProtocol.LeaderChanged.Instance);
        }

        Continue();
    }

    // Does what is next: asks for an epoch, or takes up the topic's partitions.
    private void Continue()
    {
        if (_context is null) AskToStart();
        else FollowTopic();
    }

    private void AskToStart()
    {
        MetadataImage image = _services.Image();
        if (_isSuperseded || _startId != 0 || image.Broker(_services.Node) is not { IsActive: true } self) return;
        _startId = ++_lastId;
        _services.Controller.Tell(
            new ControllerProtocol.StartCoordinator(_startId, Tenant.Topic, _services.Node, self.Epoch), Self);
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

        _context = new CoordinatorContext(decided.Coordinator, _services, _services.Appender(), _clock);
        _loading.Begin(decided.Coordinator);
        Publish();
        Continue();
    }

    // One topic id at a time: when the topic was deleted, or made again, nothing that was read of the former is true.
    private void FollowTopic()
    {
        TopicImage? topic = _services.Image().Topic(Tenant.Topic);
        TopicId id = topic?.Id ?? TopicId.None;
        int known = _partitions.Length;
        if (id != _topic)
        {
            if (_topic != TopicId.None)
                _log.Warning("{0} was deleted: the {1}s in it are gone.", Tenant.Topic, Tenant.KeyName);
            StopPartitions();
            _topic = id;
            _loading.Begin(_context!.Epoch);
        }
        else if (topic is null || topic.Partitions.Count == known)
        {
            return;
        }

        for (int partition = _partitions.Length; partition < topic?.Partitions.Count; partition++)
        {
            _partitions = _partitions.Add(Start(partition));
            _loading.Note(partition, CoordinatedPartitionStatus.Initial);
        }

        _loading.Watch(Timers);
        Publish();
    }

    private IActorRef Start(int partition)
    {
        CoordinatorContext context = _context!;
        var id = new TopicIdPartition(_topic, partition);
        IActorRef actor = Context.ActorOf(
            Props.Create(() => new CoordinatedPartitionActor(context, id)).WithDispatcher(Dispatcher));
        Context.WatchWith(actor, new PartitionStopped(partition, actor));
        return actor;
    }

    private void OnPartitionChanged(CoordinatorProtocol.PartitionChanged changed)
    {
        if (!IsCurrent(changed.Partition, Sender)) return;
        _loading.Note(changed.Partition, changed.Status);
        Publish();
    }

    // A partition that ends again and again is begun at its pace.
    private void OnPartitionStopped(PartitionStopped stopped)
    {
        if (!IsCurrent(stopped.Partition, stopped.Actor)) return;
        _log.Error(
            "The actor of partition {0} of {1} stopped; the partition is read again.", stopped.Partition, Tenant.Topic);
        _partitions = _partitions.SetItem(stopped.Partition, ActorRefs.Nobody);
        _loading.Note(stopped.Partition, CoordinatedPartitionStatus.Initial);
        Publish();
        var start = new StartPartition(_topic, stopped.Partition);
        Timers.StartSingleTimer(start, start, _services.RetryBackoff);
    }

    private void OnStartPartition(StartPartition start)
    {
        if (_context is null || start.Topic != _topic || !_partitions[start.Partition].IsNobody()) return;
        _partitions = _partitions.SetItem(start.Partition, Start(start.Partition));
        Publish();
    }

    private bool IsCurrent(int partition, IActorRef actor) =>
        partition < _partitions.Length && _partitions[partition].Equals(actor);

    private void Answer(CoordinatorRound round)
    {
        if (_context is null || _partitions.Any(partition => partition.IsNobody()))
        {
            round.Refuse(_isSuperseded ? ErrorCode.NotCoordinator : ErrorCode.CoordinatorLoadInProgress);
            return;
        }

        var parts = new ResponseParts(_partitions.Length, all => round.Reply(round.Join(all)));
        foreach ((int index, IActorRef partition) in _partitions.Index())
            partition.Tell(round with { Reply = parts.Part(index) });
    }

    private void Publish() => _services.Door.Open(new CoordinatorRoutes(Self, _topic, _partitions, _loading.Status));

    private void StopServing()
    {
        Timers.CancelAll();
        _services.Door.Close(Self);
        _context = null;
        _startId = 0;
        _topic = TopicId.None;
        StopPartitions();
    }

    private void StopPartitions()
    {
        foreach (IActorRef partition in _partitions) Context.Stop(partition);
        _partitions = [];
    }

    // One that runs comes sooner.
    private void RetryLater()
    {
        if (!Timers.IsTimerActive(Retry.Instance))
            Timers.StartSingleTimer(Retry.Instance, Retry.Instance, _services.RetryBackoff);
    }

    private sealed record PartitionStopped(int Partition, IActorRef Actor) : INoSerializationVerificationNeeded;

    private sealed record StartPartition(TopicId Topic, int Partition) : INoSerializationVerificationNeeded;

    private sealed record StartOverdue(long Id) : INoSerializationVerificationNeeded
    {
        public const string Key = "start";
    }

    private sealed record Retry : INoSerializationVerificationNeeded
    {
        public static Retry Instance { get; } = new();
    }
}
