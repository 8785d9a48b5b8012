using Akka.Actor;
using Akka.Event;
using KafkaActors.Broker.Causes;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// One key of a coordinator, like a group: owns its state, has appended what that decides and lets answers out in the
/// order of the decisions, each once everything decided up to it is in the log. When an append fails, or nobody knows,
/// the state is ahead of the log for good: everybody who waits is told to come again, and the partition reads this key
/// anew.
/// <code>
/// Loading -> Serving | Unreadable   its records are taken in, or cannot be: then it alone is refused
/// Serving -> Gone                   nothing is left to keep: what comes goes back to the partition
/// Serving -> Failed                 an append failed: what comes is refused until the key is read again
/// </code>
/// A child of the <see cref="CoordinatedPartitionActor"/>.
/// </summary>
internal sealed class CoordinatedKeyActor : UntypedActor, IWithTimers
{
    private readonly CoordinatorContext _context;
    private readonly string _key;
    private readonly int _partition;
    private readonly IEnumerable<CoordinatorRecord> _records;
    private readonly Action<IActorRef, long, IReadOnlyList<CoordinatorRecord>> _append;
    private readonly ICoordinatedState _state;
    private readonly CauseRing _causes = DecisionCauses.Of(Context.System).Ring;
    private readonly Dictionary<long, CoordinatorCall> _waiting = [];
    private readonly Queue<Pending> _pending = new();
    private long _lastTicket;
    private long _lastAppend;
    private TimeSpan? _wakesAt;

    /// <param name="records">What the log says of the key, in its order; none for a new one.</param>
    /// <param name="append">See <see cref="PartitionAppends.Add"/>.</param>
    public CoordinatedKeyActor(
        CoordinatorContext context, string key, int partition, IEnumerable<CoordinatorRecord> records,
        Action<IActorRef, long, IReadOnlyList<CoordinatorRecord>> append)
    {
        _context = context;
        _key = key;
        _partition = partition;
        _records = records;
        _append = append;
        _state = context.Tenant.StateOf(key, context.Clock);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        try
        {
            foreach (CoordinatorRecord record in _records) _state.Replay(record);
        }
        catch (Exception cause)
        {
            // Whatever it is, the next coordinator would meet it as well, and with it every other key.
            Context.GetLogger().Error(
                cause, "The {0} {1} is not served: its records in partition {2} of {3} cannot be read.",
                _context.Tenant.KeyName, _key, _partition, _context.Tenant.Topic);
            Become(Unreadable);
            return;
        }

        Apply(_state.Loaded());
    }

    protected override void PostStop() => RefuseAll(ErrorCode.NotCoordinator);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case CoordinatorCall { IsOfRound: true } part: Tell(part); break;
            case CoordinatorCall call: Serve(call); break;
            case CoordinatorProtocol.Appended appended: OnAppended(appended); break;
            case Wake: OnWake(); break;
            case CoordinatorProtocol.TopicsDeleted deleted: OnDeleted(deleted); break;
            default: Unhandled(message); break;
        }
    }

    private void Unreadable(object message)
    {
        if (message is CoordinatorCall { IsOfRound: true } part) part.PassOver();
        else if (message is CoordinatorCall call) call.Refuse(ErrorCode.UnknownServerError);
    }

    private void Gone(object message)
    {
        if (message is CoordinatorCall { IsOfRound: true } part) part.PassOver();
        else if (message is CoordinatorCall call) Context.Parent.Tell(call);
    }

    private void Failed(object message)
    {
        if (message is CoordinatorCall { IsOfRound: true } part) Tell(part);
        else if (message is CoordinatorCall call) call.Refuse(ErrorCode.CoordinatorLoadInProgress);
    }

    private void Serve(CoordinatorCall call)
    {
        long ticket = ++_lastTicket;
        _waiting.Add(ticket, call);
        Apply(_state.Handle(ticket, call));
        LeaveIfEmpty();
    }

    // What is told of every key decides nothing, so it waits for nothing.
    private void Tell(CoordinatorCall part)
    {
        long ticket = ++_lastTicket;
        _waiting.Add(ticket, part);
        Answer(_state.Handle(ticket, part).Answers);
    }

    private void OnDeleted(CoordinatorProtocol.TopicsDeleted deleted)
    {
        Apply(_state.TopicsDeleted(deleted.Topics));
        LeaveIfEmpty();
    }

    private void Apply(CoordinatorResult result)
    {
        if (!result.Causes.IsEmpty) _causes.Record(result.Causes, DateTimeOffset.UnixEpoch + _context.Clock.Now);
        if (result.Records.Count > 0)
        {
            long id = ++_lastAppend;
            _pending.Enqueue(new Pending(id, result.Answers));
            _append(Self, id, result.Records);
        }
        else if (_pending.Count > 0)
        {
            if (result.Answers.Count > 0) _pending.Enqueue(new Pending(0, result.Answers));
        }
        else
        {
            Answer(result.Answers);
        }

        Rearm();
    }

    // Appends are answered in the order they were sent; one that is answered before another means that one is lost.
    private void OnAppended(CoordinatorProtocol.Appended appended)
    {
        if (!_pending.TryPeek(out Pending first) || first.AppendId != appended.Id || appended.Error != ErrorCode.None)
        {
            Fail(appended.Error);
            return;
        }

        Answer(_pending.Dequeue().Answers);
        while (_pending.TryPeek(out Pending next) && next.AppendId == 0) Answer(_pending.Dequeue().Answers);
        LeaveIfEmpty();
    }

    private void OnWake()
    {
        _wakesAt = null;
        Apply(_state.Tick());
        LeaveIfEmpty();
    }

    // A deadline only moves away by what clients do, so the timer is moved only when one comes nearer.
    private void Rearm()
    {
        if (_state.NextDeadline is not { } deadline || deadline >= _wakesAt) return;
        TimeSpan delay = deadline - _context.Clock.Now;
        _wakesAt = deadline;
        Timers.StartSingleTimer(Wake.Instance, Wake.Instance, delay > TimeSpan.Zero ? delay : TimeSpan.Zero);
    }

    // Not before it was asked something: the request that it was made for is on its way.
    private void LeaveIfEmpty()
    {
        if (_state.Exists || _pending.Count > 0 || _waiting.Count > 0) return;
        Timers.CancelAll();
        Become(Gone);
        Context.Parent.Tell(new CoordinatorProtocol.Gone(_key));
    }

    private void Answer(IReadOnlyList<CoordinatorAnswer> answers)
    {
        foreach (CoordinatorAnswer answer in answers)
        {
            if (_waiting.Remove(answer.Ticket, out CoordinatorCall? call)) call.Reply(answer.Response);
        }
    }

    private void Fail(ErrorCode error)
    {
        Timers.CancelAll();
        Become(Failed);
        RefuseAll(AppendErrors.ForClient(error));
        Context.Parent.Tell(new CoordinatorProtocol.KeyFailed(_key, error));
    }

    private void RefuseAll(ErrorCode error)
    {
        foreach (CoordinatorCall call in _waiting.Values) call.Refuse(error);
        _waiting.Clear();
        _pending.Clear();
    }

    /// <param name="AppendId">0 where nothing was appended, and only earlier appends are waited for.</param>
    private readonly record struct Pending(long AppendId, IReadOnlyList<CoordinatorAnswer> Answers);

    private sealed record Wake : INoSerializationVerificationNeeded
    {
        public static Wake Instance { get; } = new();
    }
}
