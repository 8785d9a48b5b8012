using Akka.Actor;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Serving;

/// <summary>
/// One client's appends on their way to their partitions, in the order in which they came. What takes no time goes on
/// at once; a batch that takes long to open waits for a thread of the pool that is there for it, and what comes behind
/// it waits for its turn. So decompression holds up its own client and no other: not their requests, which have other
/// threads, and their large batches by one of this client's at a time, because a lane goes to the end of the pool's
/// queue after each. The queue is bounded by what a client may have under way.
/// Invariant: whatever <see cref="_waiting"/> holds is handed over by the pool, one after the other.
/// <see cref="Send"/> is called by one thread at a time: the connection's loop, or the session.
/// </summary>
/// <param name="gone">The client has gone: what waits has nobody to be answered to, and is dropped.</param>
internal sealed class AppendLane(Bulkhead compression, TimeProvider clock, CancellationToken gone)
{
    private readonly Queue<Waiting> _waiting = new();
    private TaskCompletionSource? _idle;

    /// <summary>What waits and what is being opened. Raised by the sender, lowered once it is handed over.</summary>
    private int _count;

    private bool IsIdle => Volatile.Read(ref _count) == 0;

    /// <summary>
    /// Hands an append to its partition's leader; or answers, as the partition would, why its batch cannot be stored.
    /// </summary>
    public void Send(
        LeaderRoute route, PartitionHandle partition, PartitionProtocol.Append append, IActorRef replyTo)
    {
        PartitionSettings settings = partition.Assignment.Settings;
        if (IsIdle && BatchOpening.TryOpenAtOnce(append.Batch, settings, NowMs(), out OpenedBatch opened))
        {
            HandOver(new Waiting(route, partition, append, replyTo), opened);
            return;
        }

        lock (_waiting)
        {
            _waiting.Enqueue(new Waiting(route, partition, append, replyTo));
            if (++_count > 1) return;
        }

        _ = compression.Post(HandOverNext);
    }

    /// <summary>Completes when everything sent so far is handed over.</summary>
    public Task WhenIdle()
    {
        lock (_waiting)
        {
            if (_count == 0) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    // Runs on the pool, once at a time: only the first append of a lane and its successors post it.
    private void HandOverNext()
    {
        Waiting next;
        lock (_waiting) next = _waiting.Dequeue();
        if (!gone.IsCancellationRequested) HandOver(next, Open(next));
        lock (_waiting)
        {
            if (--_count == 0)
            {
                _idle?.SetResult();
                _idle = null;
                return;
            }
        }

        _ = compression.Post(HandOverNext);
    }

    // A pool's thread has nobody above it; what can go wrong here is memory.
    private OpenedBatch Open(Waiting next)
    {
        try
        {
            return BatchOpening.Open(next.Append.Batch, next.Partition.Assignment.Settings, NowMs());
        }
        catch (Exception cause)
        {
            return new OpenedBatch(
                default, new(ErrorCode.UnknownServerError, $"The batch could not be opened: {cause.Message}"));
        }
    }

    private static void HandOver(Waiting waiting, OpenedBatch opened)
    {
        if (opened.Verdict is { IsAccepted: false } refusal)
        {
            PartitionAssignment assignment = waiting.Partition.Assignment;
            waiting.ReplyTo.Tell(
                new PartitionProtocol.Appended(
                    waiting.Append.CorrelationId, refusal.Error, refusal.Message, -1, -1,
                    waiting.Partition.Log.LogStartOffset, assignment.Leader, assignment.LeaderEpoch)
                {
                    RecordErrors = refusal.RecordErrors,
                },
                waiting.Route.Actor);
            return;
        }

        PartitionProtocol.Append append = opened.Verdict is null
            ? waiting.Append
            : waiting.Append with { Batch = opened.Bytes, Opened = opened.Verdict };
        waiting.Route.Actor.Tell(append, waiting.ReplyTo);
    }

    private long NowMs() => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private readonly record struct Waiting(
        LeaderRoute Route, PartitionHandle Partition, PartitionProtocol.Append Append, IActorRef ReplyTo);
}
