using Akka.Actor;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// Gathers what the keys of one partition want appended, sends it, and tells each key what became of it. What the
/// partition's fences write goes the same way, so that nothing sent before a fence comes behind it. Keys add from their
/// own threads, which saves each commit a message; everything else is the partition's actor's.
/// </summary>
/// <param name="owner">The partition's actor: gets the answers of the log, and <see cref="Arm"/>.</param>
internal sealed class PartitionAppends(CoordinatorContext context, TopicIdPartition partition, IActorRef owner)
{
    private readonly Lock _gate = new();

    /// <summary>Guarded by <see cref="_gate"/>, as all below.</summary>
    private readonly GatheredAppends<IActorRef> _gathered =
        new(context.Services.AppendLinger, context.Appender.Timeout * 2);

    private bool _isLingering;
    private bool _isWatching;

    private TimeSpan Now => context.Clock.Now;

    /// <summary>Any thread; for one key that of its actor.</summary>
    /// <param name="key">Who wants it, and is told <see cref="CoordinatorProtocol.Appended"/>.</param>
    /// <param name="id">Rises with each of one actor's.</param>
    public void Add(IActorRef key, long id, IReadOnlyList<CoordinatorRecord> records)
    {
        int maxBytes = context.Services.MaxBatchBytes();
        lock (_gate)
        {
            _gathered.Add(key, id, records, maxBytes, Now);
            Send();
        }
    }

    /// <returns>Whether it was sent: not while the partition has no leader.</returns>
    public bool TryFence(out long id)
    {
        lock (_gate)
        {
            id = _gathered.NewId();
            return context.Appender.TryFence(context.Epoch, partition, id, owner);
        }
    }

    /// <summary>A batch is answered; the answer to anything else changes nothing.</summary>
    public void Answered(long id, ErrorCode error)
    {
        lock (_gate)
        {
            Tell(_gathered.Answered(id, error));
            Send();
        }
    }

    /// <summary>The actor is gone, or ahead of the log: nothing more of it is sent.</summary>
    public void Drop(IActorRef key)
    {
        lock (_gate) _gathered.Drop(key);
    }

    public void OnTimer(Timer timer)
    {
        lock (_gate)
        {
            if (timer.IsOverdue) _isWatching = false;
            else _isLingering = false;
            Tell(_gathered.Expire(Now));
            Send();
        }
    }

    private void Send()
    {
        while (_gathered.TryTake(Now, out GatheredBatch batch))
        {
            if (!context.Appender.TryAppend(context.Epoch, partition, batch.Records, batch.Id, owner))
                Tell(_gathered.Answered(batch.Id, ErrorCode.CoordinatorNotAvailable));
        }

        if (!_isLingering && _gathered.DueAt is { } due)
        {
            _isLingering = true;
            owner.Tell(new Arm(Timer.Linger, due));
        }

        if (!_isWatching && _gathered.OverdueAt is { } overdue)
        {
            _isWatching = true;
            owner.Tell(new Arm(Timer.Overdue, overdue));
        }
    }

    private void Tell(IReadOnlyList<AppendOutcome<IActorRef>> outcomes)
    {
        foreach (AppendOutcome<IActorRef> outcome in outcomes)
            outcome.Owner.Tell(new CoordinatorProtocol.Appended(outcome.AppendId, outcome.Error), owner);
    }

    /// <summary>The partition's actor is to tell itself the timer then.</summary>
    internal sealed record Arm(Timer Timer, TimeSpan At) : INoSerializationVerificationNeeded;

    /// <summary>
    /// One that runs is not moved, and not stopped when what it was for is over: it looks what there is when it ends.
    /// </summary>
    internal sealed record Timer(bool IsOverdue) : INoSerializationVerificationNeeded
    {
        public static Timer Linger { get; } = new(IsOverdue: false);

        public static Timer Overdue { get; } = new(IsOverdue: true);
    }
}
