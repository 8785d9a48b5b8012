using System.Buffers.Text;
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
/// A consumer's member of its group: has <see cref="IGroupMembership"/> and <see cref="GroupOffsets"/> decide, sends
/// what they decide, and tells the consumer what it may read and from where. Stops when the consumer does; however
/// that happens, what the application is done with is committed, where that is automatic, and the coordinator's
/// connection sends LeaveGroup. A child of <see cref="ConsumerActor"/>.
/// </summary>
internal sealed class MembershipActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(1);

    private readonly IActorRef _cluster;
    private readonly ReadingActivity _activity;
    private readonly ConsumerSettings _settings;
    private readonly ClientSettings _client;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly CoordinatorLookup _coordinator;
    private readonly CoordinatorLink _link;
    private readonly IGroupMembership _membership;
    private readonly GroupOffsets _offsets;
    private readonly GroupTopics _topics;
    private int _readsSeen;
    private int? _releasing;
    private bool _isClosing;

    public MembershipActor(
        IActorRef cluster,
        ReadingActivity activity,
        GroupMemberSettings member,
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
        _link = new CoordinatorLink(Context, cluster);
        _membership = NewMembership(member);
        _offsets = new GroupOffsets(settings, client, _coordinator, Context.GetLogger());
        _topics = new GroupTopics(cluster, new MetadataPace(this, cluster, NewBackoff()), settings);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private bool NeedsCoordinator => _membership.NeedsCoordinator || _offsets.NeedsCoordinator;

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
        _offsets.End(ErrorCode.NetworkException);
        if (_isClosing) return;
        _offsets.CommitConsumed(Now);
        foreach (IRequestMessage last in _offsets.Due(_membership.Self, Now).OfType<OffsetCommitRequest>())
            _link.SendLast(last, _client.RequestTimeout);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Subscribe subscribe: Join(subscribe.Topics); break;
            case Unsubscribe: Leave(); break;
            case LetGo { Revoked: var revoked }: Release(revoked); break;
            case Commit commit: _offsets.Add(commit, Now); break;
            case MembershipProtocol.Use use: _offsets.Use(use.Cursors, Now); break;
            case MembershipProtocol.Close: Close(); break;
            case ClusterProtocol.MetadataChanged changed: Learn(changed.Metadata); break;
            case ConnectionProtocol.Answered answered when _link.TrySettle(answered):
                Answer(answered);
                break;
            case Terminated gone: LoseConnection(gone.ActorRef); break;
            case ReadingTick: NoteReading(); break;
            case CommitTick: _offsets.CommitConsumed(Now); break;
            case MetadataPace.Due: _topics.Refresh(); return;
            case CloseTimeout: Context.Stop(Self); return;
            case Tick: break;
            default: return;
        }

        Advance();
    }

    private IGroupMembership NewMembership(GroupMemberSettings member) =>
        _settings.GroupProtocol == GroupProtocol.Classic
            ? new ClassicGroupMembership(member, _coordinator, NewBackoff())
            : new ConsumerGroupMembership(member, NewMemberId(), _coordinator, NewBackoff());

    /// <summary>As Kafka's clients write ids: 16 random bytes in base64 for addresses.</summary>
    private static string NewMemberId() => Base64Url.EncodeToString(Guid.NewGuid().ToByteArray(bigEndian: true));

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
        if (_topics.IsMatching && _topics.Subscribed is { } topics) Run(_membership.Subscribe(topics, Now));
        Run(_membership.Learn(_topics.Known, Now));
    }

    /// <summary>The group hears that the reader has let go when all commits have been answered.</summary>
    private void Release(RebalanceNews.Revoked revoked)
    {
        _offsets.Release(revoked.Cursors, Now);
        _releasing = revoked.Id;
    }

    private void Close()
    {
        if (_isClosing) return;
        _isClosing = true;
        _offsets.CommitConsumed(Now);
        Timers.StartSingleTimer(CloseTimeout.Instance, CloseTimeout.Instance, _client.RequestTimeout);
    }

    private void NoteReading()
    {
        bool isReading = _activity.IsWaiting || _activity.Reads != _readsSeen;
        _readsSeen = _activity.Reads;
        if (isReading) Run(_membership.Read(Now));
    }

    private void Answer(ConnectionProtocol.Answered answered)
    {
        (IResponseMessage? response, ErrorCode error) = (answered.Response, answered.Error);
        switch (answered.Tag)
        {
            case FindCoordinatorRequest: LearnCoordinator(response as FindCoordinatorResponse, error); break;
            case OffsetCommitRequest request: LearnCommit(request, response as OffsetCommitResponse, error); break;
            case OffsetFetchRequest request: LearnOffsets(request, response as OffsetFetchResponse, error); break;
            case MembershipCall call when response is not null:
                Run(_membership.Answered(call, response, Now));
                break;
            case MembershipCall call: Run(_membership.Unanswered(call, error, answered.Message, Now)); break;
        }
    }

    private void LearnCoordinator(FindCoordinatorResponse? found, ErrorCode error)
    {
        if (found is not null) error = _coordinator.Learn(found, Now);
        else _coordinator.Fail(Now);
        if (error == ErrorCode.None || error.IsRetriable()) return;
        _offsets.End(error);
        Refuse(error);
    }

    private void LearnCommit(OffsetCommitRequest request, OffsetCommitResponse? response, ErrorCode error)
    {
        error = _offsets.Answered(request, response, error, Now);
        bool isOfMember = request.GenerationIdOrMemberEpoch == _membership.Self.Generation;
        if (isOfMember && error != ErrorCode.None) Run(_membership.Told(error, Now));
    }

    private void LearnOffsets(OffsetFetchRequest request, OffsetFetchResponse? response, ErrorCode error)
    {
        (IReadOnlyList<(PartitionCursor, long)> located, ErrorCode fault) =
            _offsets.Answered(request, response, error, Now);
        if (located.Count > 0) Context.Parent.Tell(new MembershipProtocol.Located(located));
        Refuse(fault);
    }

    private void Refuse(ErrorCode error)
    {
        if (error != ErrorCode.None && _membership.NeedsCoordinator) Run(_membership.Refuse(error));
    }

    private void LoseConnection(IActorRef connection)
    {
        IReadOnlyList<object> unanswered = _link.Lose(connection);
        if (!_link.IsConnected) _coordinator.Lose(Now);
        foreach (object tag in unanswered)
            Answer(new ConnectionProtocol.Answered(tag, null, 0, ErrorCode.NetworkException, null));
        _cluster.Tell(ClusterProtocol.Refresh.Instance);
    }

    private void Run(IReadOnlyList<MembershipEffect> effects)
    {
        foreach (MembershipEffect effect in effects)
        {
            switch (effect)
            {
                case MembershipEffect.Send { Call: var call }: _link.Send(call, call.Request, call.Timeout); break;
                case MembershipEffect.WatchTopics watch: Watch(watch.Topics); break;
                case MembershipEffect.NameTopics name: Name(name.Topics); break;
                case MembershipEffect.Assign assign:
                    Tell(new RebalanceNews.Assigned(_offsets.Assign(assign.Partitions)));
                    break;
                case MembershipEffect.Revoke revoke:
                    Tell(new RebalanceNews.Revoked(revoke.Id, _offsets.Revoke(revoke.Partitions)));
                    break;
                case MembershipEffect.Lose lose: Tell(new RebalanceNews.Lost(_offsets.Lose(lose.Partitions))); break;
                case MembershipEffect.Fail fail: End(fail); break;
            }
        }
    }

    private static void Tell(RebalanceNews news) => Context.Parent.Tell(news);

    private void Watch(IReadOnlyCollection<string> topics)
    {
        _topics.OfGroup = topics;
        Run(_membership.Learn(_topics.Known, Now));
    }

    private void Name(IReadOnlyCollection<TopicId> topics)
    {
        _topics.Unnamed = topics;
        Run(_membership.Learn(_topics.Known, Now));
    }

    private void End(MembershipEffect.Fail fail)
    {
        _topics.Subscription = null;
        Tell(new RebalanceNews.Failed(new KafkaException(fail.Error, fail.Message)));
    }

    /// <summary>Does what can be done now, and sets the alarm for what comes next.</summary>
    private void Advance()
    {
        Connect();
        if (_releasing is { } id && !_offsets.IsCommitting)
        {
            _releasing = null;
            Run(_membership.Revoked(id, Now));
        }

        Run(_membership.Tick(Now));
        foreach (IRequestMessage request in _offsets.Due(_membership.Self, Now))
            _link.Send(request, request, _client.RequestTimeout);
        _topics.Track();
        if (_isClosing && TryEnd()) return;
        _link.Bequeath(_membership.MemberId, _membership.LastWill);
        Wake();
    }

    private void Connect()
    {
        if (NeedsCoordinator && _coordinator.IsDue(Now))
            _link.SendToAny(_coordinator.Begin(), _client.RequestTimeout);
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
        if (_offsets.IsCommitting) return false;
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
            : [_membership.NextDeadline, _offsets.NextDeadline];
        if (deadlines.Min() is not { } next) return;
        TimeSpan pause = next - Now;
        Timers.StartSingleTimer(Tick.Instance, Tick.Instance, pause > LeastPause ? pause : LeastPause);
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
