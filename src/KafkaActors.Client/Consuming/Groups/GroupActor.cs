using Akka.Actor;
using Akka.Event;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Client.Consuming.ReaderProtocol;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// A consumer's member of its group: has <see cref="GroupMembership"/> decide, sends what it decides, commits offsets,
/// and tells the consumer what it may read and from where. Stops when the consumer does; however that happens, what the
/// application is done with is committed, where that is automatic, and the coordinator's connection sends LeaveGroup.
/// A child of <see cref="ConsumerActor"/>.
/// </summary>
internal sealed class GroupActor : UntypedActor, IWithTimers
{
    private readonly IActorRef _cluster;
    private readonly ReadingActivity _activity;
    private readonly ConsumerSettings _settings;
    private readonly ClientSettings _client;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CoordinatorLookup _coordinator;
    private readonly CoordinatorLink _link;
    private readonly GroupMembership _membership;
    private readonly OffsetCommits _commits;
    private readonly CommittedOffsets _committed;
    private readonly GroupTopics _topics;
    private readonly OwnedOffsets _owned = new();
    private int _readsSeen;
    private int? _releasing;
    private bool _isClosing;

    public GroupActor(
        IActorRef cluster,
        ReadingActivity activity,
        ConsumerSettings settings,
        ClientSettings client,
        TimeProvider time)
    {
        _cluster = cluster;
        _activity = activity;
        _settings = settings;
        _client = client;
        _time = time;
        _started = time.GetTimestamp();
        _coordinator = new CoordinatorLookup(settings.GroupId, NewBackoff());
        _link = new CoordinatorLink(Context, cluster, client.ClientId);
        _membership = new GroupMembership(MembershipSettings.From(settings, client), _coordinator, NewBackoff());
        _commits = new OffsetCommits(_coordinator, NewBackoff());
        _committed = new CommittedOffsets(settings.GroupId, _coordinator, NewBackoff());
        _topics = new GroupTopics(
            cluster, new MetadataPace(this, cluster, NewBackoff()), settings.AllowAutoCreateTopics);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private bool NeedsCoordinator => _membership.NeedsCoordinator || _commits.Any || _committed.Any;

    private TimeSpan Now => _time.GetElapsedTime(_started);

    protected override void PreStart()
    {
        _cluster.Tell(new ClusterProtocol.Track([], false));
        Timers.StartPeriodicTimer(ReadingTick.Instance, ReadingTick.Instance, _settings.HeartbeatInterval);
        if (_settings.EnableAutoCommit)
            Timers.StartPeriodicTimer(CommitTick.Instance, CommitTick.Instance, _settings.AutoCommitInterval);
    }

    protected override void PostStop()
    {
        _commits.EndAll(ErrorCode.NetworkException);
        if (_isClosing || !_settings.EnableAutoCommit) return;
        CommitConsumed(_owned.Partitions);
        if (_commits.Next(_membership.Self, Now) is { } last) _link.SendLast(last, _client.RequestTimeout);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Subscribe subscribe: Join(subscribe.Topics); break;
            case Unsubscribe: Leave(); break;
            case LetGo let: Release(let.Revoked); break;
            case Commit commit: Add(commit); break;
            case GroupProtocol.Use use: Use(use.Cursors); break;
            case GroupProtocol.Close: Close(); break;
            case ClusterProtocol.MetadataChanged changed: Learn(changed.Metadata); break;
            case ConnectionProtocol.Called called when _link.Settle(called) is { } answer:
                Answer(called.Tag, answer.Response, answer.Error);
                break;
            case Terminated gone: LoseConnection(gone.ActorRef); break;
            case ReadingTick: NoteReading(); break;
            case CommitTick: CommitConsumed(_owned.Partitions); break;
            case MetadataPace.Due: _topics.Refresh(); return;
            case CloseTimeout: Context.Stop(Self); return;
            case Tick: Run(_membership.Tick(Now)); break;
            default: return;
        }

        Advance();
    }

    private void Join(TopicSubscription subscription)
    {
        _topics.Subscription = subscription;
        if (_topics.Subscribed is { } topics) Run(_membership.Subscribe(topics, Now));
    }

    private void Leave()
    {
        _topics.Subscription = null;
        Run(_membership.Unsubscribe(Now));
    }

    private void Learn(ClusterMetadata metadata)
    {
        _topics.Learn(metadata);
        if (_topics.IsPattern && _topics.Subscribed is { } topics) Run(_membership.Subscribe(topics, Now));
        Run(_membership.Learn(_topics.PartitionCounts, Now));
    }

    /// <summary>The reader has let go; what it is done with is committed before others hear of it.</summary>
    private void Release(RebalanceNews.Revoked revoked)
    {
        TopicPartition[] partitions = [.. revoked.Cursors.Where(cursor => _owned.Find(cursor.Name) == cursor)
            .Select(cursor => cursor.Name)];
        if (_settings.EnableAutoCommit) CommitConsumed(partitions);
        _owned.Remove(partitions);
        _releasing = revoked.Id;
    }

    private void Use(IReadOnlyList<PartitionCursor> cursors)
    {
        if (_settings.EnableAutoCommit) CommitConsumed(_owned.Partitions);
        _owned.Remove([.. _owned.Partitions]);
        foreach (PartitionCursor cursor in cursors) _owned.Add(cursor);
    }

    private void Close()
    {
        if (_isClosing) return;
        _isClosing = true;
        if (_settings.EnableAutoCommit) CommitConsumed(_owned.Partitions);
        Timers.StartSingleTimer(CloseTimeout.Instance, CloseTimeout.Instance, _client.RequestTimeout);
    }

    private void Add(Commit commit) => _commits.Add(new OffsetCommit(
        commit.Offsets,
        Now + _client.DefaultApiTimeout,
        errors =>
        {
            if (errors.Count == 0) commit.Done.TrySetResult();
            else commit.Done.TrySetException(new CommitException(errors));
        }));

    private void CommitConsumed(IEnumerable<TopicPartition> partitions)
    {
        Dictionary<TopicPartition, OffsetAndMetadata> offsets = _owned.Uncommitted(partitions);
        if (offsets.Count == 0) return;
        _commits.Add(new OffsetCommit(offsets, Now + _client.RequestTimeout, errors =>
        {
            foreach ((TopicPartition partition, OffsetAndMetadata offset) in offsets)
            {
                if (!errors.ContainsKey(partition)) _owned.NoteCommitted(partition, offset.Offset);
            }

            if (errors.Count > 0) _log.Warning("{0}", new CommitException(errors).Message);
        }));
    }

    private void NoteReading()
    {
        bool isReading = _activity.IsWaiting || _activity.Reads != _readsSeen;
        _readsSeen = _activity.Reads;
        Run(isReading ? _membership.Read(Now) : _membership.Tick(Now));
    }

    private void Answer(object tag, IResponseMessage? response, ErrorCode error)
    {
        switch (tag, response)
        {
            case (FindCoordinatorRequest, FindCoordinatorResponse found): LearnCoordinator(found); break;
            case (FindCoordinatorRequest, _): _coordinator.Fail(Now); break;
            case (MembershipCall call, not null): Run(_membership.Answered(call, response, Now)); break;
            case (MembershipCall call, _): Run(_membership.Unanswered(call, error, Now)); break;
            case (OffsetCommitRequest request, OffsetCommitResponse done): LearnCommit(request, done); break;
            case (OffsetCommitRequest request, _): _commits.Unanswered(request, error, Now); break;
            case (OffsetFetchRequest request, OffsetFetchResponse found): LearnOffsets(request, found); break;
            case (OffsetFetchRequest request, _): Refuse(_committed.Unanswered(request, error, Now)); break;
        }
    }

    private void LoseConnection(IActorRef connection)
    {
        IReadOnlyList<object> unanswered = _link.Lose(connection);
        if (!_link.IsConnected) _coordinator.Lose(Now);
        foreach (object tag in unanswered) Answer(tag, null, ErrorCode.NetworkException);
        _cluster.Tell(ClusterProtocol.Refresh.Instance);
    }

    private void LearnCoordinator(FindCoordinatorResponse found)
    {
        ErrorCode error = _coordinator.Learn(found, Now);
        Refuse(error);
        if (error != ErrorCode.None) _commits.EndAll(error);
    }

    private void LearnCommit(OffsetCommitRequest request, OffsetCommitResponse response)
    {
        ErrorCode error = _commits.Answered(request, response, Now);
        bool isOfMember = request.GenerationIdOrMemberEpoch == _membership.Self.Generation;
        if (isOfMember && (error.IsMembershipLost() || error is ErrorCode.RebalanceInProgress
            or ErrorCode.FencedInstanceId))
            Run(_membership.Told(error, Now));
    }

    private void LearnOffsets(OffsetFetchRequest request, OffsetFetchResponse response)
    {
        (IReadOnlyDictionary<TopicPartition, long> found, ErrorCode error) =
            _committed.Answered(request, response, Now);
        List<(PartitionCursor, long)> located = [];
        foreach ((TopicPartition partition, long offset) in found)
        {
            if (_owned.Find(partition) is not { } cursor) continue;
            _owned.NoteCommitted(partition, offset);
            located.Add((cursor, offset));
        }

        if (located.Count > 0) Context.Parent.Tell(new GroupProtocol.Located(located));
        Refuse(error);
    }

    private void Refuse(ErrorCode error)
    {
        if (error != ErrorCode.None && _membership.NeedsCoordinator) Run(_membership.Refuse(error));
    }

    private void Run(IReadOnlyList<MembershipEffect> effects)
    {
        foreach (MembershipEffect effect in effects)
        {
            switch (effect)
            {
                case MembershipEffect.Send { Call: var call }: _link.Send(call, call.Request, call.Timeout); break;
                case MembershipEffect.WatchTopics watch: Watch(watch.Topics); break;
                case MembershipEffect.Assign assign: Assign(assign.Partitions); break;
                case MembershipEffect.Revoke revoke: Revoke(revoke.Id, revoke.Partitions); break;
                case MembershipEffect.Lose lose: Lose(lose.Partitions); break;
                case MembershipEffect.Fail fail: End(fail); break;
            }
        }
    }

    private void Watch(IReadOnlyCollection<string> topics)
    {
        _topics.OfGroup = topics;
        Run(_membership.Learn(_topics.PartitionCounts, Now));
    }

    private void Assign(IReadOnlyList<TopicPartition> partitions)
    {
        PartitionCursor[] cursors = [.. partitions.Select(_owned.Add)];
        Context.Parent.Tell(new RebalanceNews.Assigned(cursors));
        _committed.Want(partitions);
    }

    private void Revoke(int id, IReadOnlyList<TopicPartition> partitions)
    {
        _committed.Drop(partitions);
        Context.Parent.Tell(new RebalanceNews.Revoked(id, Cursors(partitions)));
    }

    private void Lose(IReadOnlyList<TopicPartition> partitions)
    {
        _committed.Drop(partitions);
        _commits.EndAll(ErrorCode.IllegalGeneration);
        Context.Parent.Tell(new RebalanceNews.Lost(Cursors(partitions)));
        _owned.Remove(partitions);
    }

    private void End(MembershipEffect.Fail fail)
    {
        _topics.Subscription = null;
        Context.Parent.Tell(new RebalanceNews.Failed(new KafkaException(fail.Error, fail.Message)));
    }

    private PartitionCursor[] Cursors(IEnumerable<TopicPartition> partitions) =>
        [.. partitions.Select(_owned.Find).OfType<PartitionCursor>()];

    /// <summary>Does what can be done now, and sets the alarm for what comes next.</summary>
    private void Advance()
    {
        Connect();
        if (_releasing is { } id && !_commits.Any)
        {
            _releasing = null;
            Run(_membership.Revoked(id, Now));
        }

        Run(_membership.Tick(Now));
        if (_commits.Next(_membership.Self, Now) is { } commit) _link.Send(commit, commit, _client.RequestTimeout);
        if (_committed.Next(Now) is { } fetch) _link.Send(fetch, fetch, _client.RequestTimeout);
        _topics.Track();
        if (_isClosing && TryEnd()) return;
        _link.Bequeath(_membership.Self.MemberId, _membership.LastWill);
        Wake();
    }

    private void Connect()
    {
        if (NeedsCoordinator && _coordinator.IsDue(Now)) _link.Ask(_coordinator.Ask(), _client.RequestTimeout);
        if (_coordinator.Node is not { } node) return;
        if (_topics.Connection(node) is { } connection)
        {
            _link.Use(connection);
            return;
        }

        // A node that this client has not heard of yet.
        _coordinator.Lose(Now);
        _cluster.Tell(ClusterProtocol.Refresh.Instance);
    }

    private bool TryEnd()
    {
        if (_commits.Any) return false;
        Run(_membership.Leave("the consumer was closed"));
        _link.Bequeath("", null);
        if (!_link.IsIdle) return false;
        Context.Stop(Self);
        return true;
    }

    private void Wake()
    {
        if (!NeedsCoordinator) return;
        TimeSpan?[] deadlines = _coordinator.Node is null
            ? [_coordinator.NextDeadline]
            : [_membership.NextDeadline, _commits.NextDeadline, _committed.NextDeadline];
        if (deadlines.Min() is not { } next) return;
        TimeSpan pause = next - Now;
        var least = TimeSpan.FromMilliseconds(1);
        Timers.StartSingleTimer(Tick.Instance, Tick.Instance, pause > least ? pause : least);
    }

    private Backoff NewBackoff() => new(_client.RetryBackoff, _client.RetryBackoffMax);

    private sealed class Tick : INoSerializationVerificationNeeded
    {
        public static readonly Tick Instance = new();
    }

    private sealed class ReadingTick : INoSerializationVerificationNeeded
    {
        public static readonly ReadingTick Instance = new();
    }

    private sealed class CommitTick : INoSerializationVerificationNeeded
    {
        public static readonly CommitTick Instance = new();
    }

    private sealed class CloseTimeout : INoSerializationVerificationNeeded
    {
        public static readonly CloseTimeout Instance = new();
    }
}
