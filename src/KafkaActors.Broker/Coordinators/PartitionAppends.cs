using Akka.Actor;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// Gathers what the keys of one partition want appended, sends it, and tells each key what became of it. What the
/// partition's fences write goes the same way, so that nothing sent before a fence comes behind it. Used by the
/// partition's actor alone.
/// </summary>
internal sealed class PartitionAppends(
    CoordinatorContext context, TopicIdPartition partition, IActorRef self, ITimerScheduler timers)
{
    private readonly GatheredAppends<IActorRef> _gathered =
        new(context.Services.AppendLinger, context.Appender.Timeout * 2);

    private bool _isLingering;
    private bool _isWatching;

    private TimeSpan Now => context.Clock.Now;

    /// <param name="key">Who wants it, and is told <see cref="CoordinatorProtocol.Appended"/>.</param>
    public void Add(IActorRef key, CoordinatorProtocol.Append append)
    {
        _gathered.Add(key, append.Id, append.Records, context.Services.MaxBatchBytes(), Now);
        Send();
    }

    /// <returns>Whether it was sent: not while the partition has no leader.</returns>
    public bool TryFence(out long id)
    {
        id = _gathered.NewId();
        return context.Appender.TryFence(context.Epoch, partition, id, self);
    }

    /// <summary>A batch is answered; the answer to anything else changes nothing.</summary>
    public void Answered(long id, ErrorCode error)
    {
        Tell(_gathered.Answered(id, error));
        Send();
    }

    /// <summary>The actor is gone, or ahead of the log: nothing more of it is sent.</summary>
    public void Drop(IActorRef key) => _gathered.Drop(key);

    public void OnTimer(Timer timer)
    {
        if (timer.IsOverdue) _isWatching = false;
        else _isLingering = false;
        Tell(_gathered.Expire(Now));
        Send();
    }

    private void Send()
    {
        while (_gathered.TryTake(Now, out GatheredBatch batch))
        {
            if (!context.Appender.TryAppend(context.Epoch, partition, batch.Records, batch.Id, self))
                Tell(_gathered.Answered(batch.Id, ErrorCode.CoordinatorNotAvailable));
        }

        if (!_isLingering && _gathered.DueAt is { } due)
        {
            _isLingering = true;
            timers.StartSingleTimer(Timer.Linger, Timer.Linger, DelayUntil(due));
        }

        if (!_isWatching && _gathered.OverdueAt is { } overdue)
        {
            _isWatching = true;
            timers.StartSingleTimer(Timer.Overdue, Timer.Overdue, DelayUntil(overdue));
        }
    }

    private TimeSpan DelayUntil(TimeSpan at) => at > Now ? at - Now : TimeSpan.Zero;

    private void Tell(IReadOnlyList<AppendOutcome<IActorRef>> outcomes)
    {
        foreach (AppendOutcome<IActorRef> outcome in outcomes)
            outcome.Owner.Tell(new CoordinatorProtocol.Appended(outcome.AppendId, outcome.Error), self);
    }

    /// <summary>
    /// One that runs is not moved, and not stopped when what it was for is over: it looks what there is when it ends.
    /// </summary>
    internal sealed record Timer(bool IsOverdue) : INoSerializationVerificationNeeded
    {
        public static Timer Linger { get; } = new(IsOverdue: false);

        public static Timer Overdue { get; } = new(IsOverdue: true);
    }
}
