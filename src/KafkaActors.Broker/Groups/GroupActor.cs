using Akka.Actor;
using Akka.Event;
using KafkaActors.Coordination.Groups;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Groups;

/// <summary>
/// One group: owns its <see cref="GroupCore"/>, appends what that decides and lets answers out in the order of the
/// decisions, each once everything decided up to it is in the log. When an append fails, or nobody knows, the core is
/// ahead of the log for good: everybody who waits is told to come again, and the coordinator reads this group anew.
/// <code>
/// Loading -> Serving | Unreadable   its records are taken in, or cannot be: then it alone is refused
/// Serving -> Gone                   neither members nor offsets are left: what comes goes back to the coordinator
/// Serving -> Failed                 an append failed: what comes is refused until the coordinator stops this actor
/// </code>
/// A child of the <see cref="GroupCoordinator"/>.
/// </summary>
internal sealed class GroupActor : UntypedActor, IWithTimers
{
    private readonly GroupContext _context;
    private readonly TopicIdPartition _partition;
    private readonly IEnumerable<GroupRecord> _records;
    private readonly GroupCore _core;
    private readonly Dictionary<long, GroupCall> _waiting = [];
    private readonly Queue<Pending> _pending = new();
    private long _lastTicket;
    private long _lastAppend;
    private TimeSpan? _wakesAt;

    /// <param name="records">What the log says of the group, in its order; none for a new one.</param>
    public GroupActor(
        GroupContext context, string groupId, TopicIdPartition partition, IEnumerable<GroupRecord> records)
    {
        _context = context;
        _partition = partition;
        _records = records;
        _core = new GroupCore(groupId, context.Services, context.Clock.Now);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        try
        {
            foreach (GroupRecord record in _records) _core.Replay(record);
        }
        catch (Exception cause)
        {
            // Whatever it is, the next coordinator would meet it as well, and with it every other group.
            Context.GetLogger().Error(
                cause, "Group {0} is not served: its records in partition {1} of {2} cannot be read.",
                _core.GroupId, _partition.Partition, OffsetsTopic.Name);
            Become(Unreadable);
            return;
        }

        Apply(_core.Loaded(_context.Image(), _context.Clock.Now));
    }

    protected override void PostStop() => RefuseAll(ErrorCode.NotCoordinator);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case GroupCall call: Serve(call); break;
            case ProduceProtocol.Appended appended: OnAppended(appended); break;
            case Wake: OnWake(); break;
            case Overdue overdue: OnOverdue(overdue); break;
            case GroupCoordinatorProtocol.TopicsDeleted deleted: OnDeleted(deleted.Topics); break;
            default: Unhandled(message); break;
        }
    }

    private void Unreadable(object message)
    {
        if (message is not GroupCall call) return;
        if (call.Request is ListGroupsRequest) call.Reply(new ListGroupsResponse());
        else Refuse(call, ErrorCode.UnknownServerError);
    }

    private void Gone(object message)
    {
        if (message is GroupCall call) Context.Parent.Tell(call);
    }

    private void Failed(object message)
    {
        if (message is GroupCall call) Refuse(call, ErrorCode.CoordinatorLoadInProgress);
    }

    private void Serve(GroupCall call)
    {
        long ticket = ++_lastTicket;
        _waiting.Add(ticket, call);
        Apply(Decide(ticket, call));
        LeaveIfEmpty();
    }

    private GroupDecision Decide(long ticket, GroupCall call)
    {
        TimeSpan now = _context.Clock.Now;
        return call.Request switch
        {
            HeartbeatRequest heartbeat => _core.Heartbeat(ticket, heartbeat, now),
            OffsetCommitRequest commit => _core.CommitOffsets(
                ticket, call.Version, commit, _context.Image(), now),
            OffsetFetchRequest.OffsetFetchGroup fetch => _core.FetchOffsets(
                ticket, fetch, _context.Image()),
            JoinGroupRequest join => _core.Join(
                ticket, call.Version, join, call.Client, _context.Image(), now),
            SyncGroupRequest sync => _core.Sync(ticket, call.Version, sync, _context.Image(), now),
            LeaveGroupRequest leave => _core.Leave(
                ticket, call.Version, leave, _context.Image(), now),
            OffsetDeleteRequest delete => _core.DeleteOffsets(ticket, delete, _context.Image()),
            ConsumerGroupHeartbeatRequest heartbeat => _core.ConsumerHeartbeat(
                ticket, call.Version, heartbeat, call.Client, _context.Image(), now),
            DescribeGroupsRequest => _core.Describe(ticket, call.Version),
            ConsumerGroupDescribeRequest => _core.DescribeConsumer(ticket, _context.Image()),
            DeleteGroupsRequest => _core.DeleteGroup(ticket, now),
            ListGroupsRequest => GroupDecision.Reply(ticket, new ListGroupsResponse
            {
                Groups = _core.Exists ? [_core.Listed] : [],
            }),
            _ => throw new InvalidOperationException($"{call.Request.GetType().Name} is no request of a group."),
        };
    }

    private void OnDeleted(IReadOnlyList<string> topics)
    {
        Apply(_core.TopicsDeleted(topics, _context.Image()));
        LeaveIfEmpty();
    }

    private void Apply(GroupDecision decision)
    {
        if (decision.Records.Count > 0)
        {
            if (!TryAppend(decision)) return;
        }
        else if (_pending.Count > 0)
        {
            if (decision.Answers.Count > 0) _pending.Enqueue(new Pending(0, decision.Answers));
        }
        else
        {
            Answer(decision.Answers);
        }

        Rearm();
    }

    // The answers leave with the last of the decision's batches.
    private bool TryAppend(GroupDecision decision)
    {
        var batches = GroupBatches.Split(decision.Records, _context.Services.MaxBatchBytes());
        foreach ((int index, IReadOnlyList<GroupRecord> batch) in batches.Index())
        {
            long id = ++_lastAppend;
            _pending.Enqueue(new Pending(id, index == batches.Count - 1 ? decision.Answers : []));
            if (_context.Appender.TryAppend(_context.Epoch, _partition, batch, id, Self)) continue;
            Fail(ErrorCode.CoordinatorNotAvailable);
            return false;
        }

        // One that runs is for an earlier append: were it moved, a steady flow would hide that nothing is answered.
        if (!Timers.IsTimerActive(Overdue.Key)) WatchAppends();
        return true;
    }

    // Appends of one sender to one partition are answered in the order they were sent.
    private void OnAppended(ProduceProtocol.Appended appended)
    {
        if (!_pending.TryPeek(out Pending first) || first.AppendId != appended.CorrelationId
            || appended.Error != ErrorCode.None)
        {
            Fail(appended.Error);
            return;
        }

        Answer(_pending.Dequeue().Answers);
        while (_pending.TryPeek(out Pending next) && next.AppendId == 0) Answer(_pending.Dequeue().Answers);
        if (_pending.Count == 0) Timers.Cancel(Overdue.Key);
        LeaveIfEmpty();
    }

    private void WatchAppends() =>
        Watch(new Overdue(_lastAppend, _context.Clock.Now + (_context.Appender.Timeout * 2)));

    private void Watch(Overdue overdue) =>
        Timers.StartSingleTimer(Overdue.Key, overdue, overdue.At - _context.Clock.Now);

    private void OnOverdue(Overdue overdue)
    {
        if (!_pending.TryPeek(out Pending oldest)) return;
        if (oldest.AppendId > overdue.AppendId) WatchAppends();
        // A timer does not notice that the whole node slept, and the answer may be on its way.
        else if (_context.Clock.Now < overdue.At) Watch(overdue);
        else Fail(ErrorCode.RequestTimedOut);
    }

    private void OnWake()
    {
        _wakesAt = null;
        Apply(_core.Tick(_context.Image(), _context.Clock.Now));
        LeaveIfEmpty();
    }

    // A deadline only moves away by what members do, so the timer is moved only when one comes nearer.
    private void Rearm()
    {
        if (_core.NextDeadline is not { } deadline || deadline >= _wakesAt) return;
        TimeSpan delay = deadline - _context.Clock.Now;
        _wakesAt = deadline;
        Timers.StartSingleTimer(Wake.Instance, Wake.Instance, delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
    }

    // Not before it was asked something: the request that it was made for is on its way.
    private void LeaveIfEmpty()
    {
        if (_core.Exists || _pending.Count > 0 || _waiting.Count > 0) return;
        Timers.CancelAll();
        Become(Gone);
        Context.Parent.Tell(new GroupCoordinatorProtocol.Gone(_core.GroupId));
    }

    private void Answer(IReadOnlyList<GroupAnswer> answers)
    {
        foreach (GroupAnswer answer in answers)
        {
            if (_waiting.Remove(answer.Ticket, out GroupCall? call)) call.Reply(answer.Response);
        }
    }

    private void Fail(ErrorCode error)
    {
        Timers.CancelAll();
        Become(Failed);
        RefuseAll(GroupRefusals.ForClient(error));
        Context.Parent.Tell(new GroupCoordinatorProtocol.GroupFailed(_core.GroupId, error));
    }

    private void RefuseAll(ErrorCode error)
    {
        foreach (GroupCall call in _waiting.Values) Refuse(call, error);
        _waiting.Clear();
        _pending.Clear();
    }

    private static void Refuse(GroupCall call, ErrorCode error) =>
        call.Reply(GroupRefusals.Of(call.Request, call.Version, call.GroupId, error));

    /// <param name="AppendId">0 where nothing was appended, and only earlier appends are waited for.</param>
    private readonly record struct Pending(long AppendId, IReadOnlyList<GroupAnswer> Answers);

    private sealed record Wake : INoSerializationVerificationNeeded
    {
        public static Wake Instance { get; } = new();
    }

    /// <param name="AppendId">The last of the appends that should be answered then.</param>
    private sealed record Overdue(long AppendId, TimeSpan At) : INoSerializationVerificationNeeded
    {
        public const string Key = "overdue";
    }
}
