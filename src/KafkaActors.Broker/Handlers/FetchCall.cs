using Akka.Dispatch;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Record path 8/9. One Fetch request until it is answered. It looks at the logs' published views; while they have too
/// little it waits with its partitions, and has one timer. Whoever moves a high watermark lets it look again, on his
/// own thread. Looks are taken one at a time, without a lock that a partition's thread could wait for: if a look is
/// under way, its thread takes the next one as well. One that may have to wait for the disk, for old records, goes on
/// where that is allowed. It answers once, and not at all once its client has gone.
/// </summary>
internal sealed class FetchCall(
    NodeServices services,
    FetchLimits limits,
    FetchRequest request,
    FetchScope scope,
    RequestContext context) : FetchWaiter, IRunnable
{
    private ITimer? _timer;
    private CancellationTokenRegistration _leaving;
    private int _wanted;
    private volatile bool _isOver;
    private bool _isWaiting;
    private bool _isEnded;

    public void Begin()
    {
        if (request.MaxWaitMs <= 0 || limits.MaxWait <= TimeSpan.Zero) _isOver = true;
        Run();
    }

    /// <summary>Looks, or lets the one who does look again. In a turn, or on the pool.</summary>
    public void Run()
    {
        if (Interlocked.Increment(ref _wanted) == 1) Look(mayBlock: false);
    }

    void IThreadPoolWorkItem.Execute() => Run();

    protected override void OnWoken() => Turn.Post(this);

    private void Look(bool mayBlock)
    {
        int taken;
        do
        {
            taken = Volatile.Read(ref _wanted);
            if (LookOnce(mayBlock)) continue;
            // The right to look goes along.
            if (!services.ColdReads.Post(() => Look(mayBlock: true))) Abandon();
            return;
        }
        while (Interlocked.Add(ref _wanted, -taken) != 0);
    }

    // False when there is a disk to be waited for, which may not be.
    private bool LookOnce(bool mayBlock)
    {
        if (_isEnded) return true;
        try
        {
            Rearm();
            if (context.Gone.IsCancellationRequested)
            {
                End();
                return true;
            }

            IReadOnlyList<FetchedPartition> partitions = scope.Look(out bool isDue);
            if (!mayBlock && IsCold(partitions)) return false;
            if (TryAnswer(partitions, isLast: isDue || _isOver)) End();
            else if (!_isWaiting) Wait();
        }
        catch (Exception cause)
        {
            // On the thread of whoever woke it, who has nothing to do with it.
            End();
            context.Fail(cause);
        }

        return true;
    }

    private bool IsCold(IReadOnlyList<FetchedPartition> partitions)
    {
        foreach (FetchedPartition partition in partitions)
        {
            if (PartitionRead.IsCold(services, partition.Position)) return true;
        }

        return false;
    }

    private void Wait()
    {
        _isWaiting = true;
        scope.Join(this);
        TimeSpan wait = TimeSpan.FromMilliseconds(request.MaxWaitMs);
        _timer = services.Clock.CreateTimer(
            static call => ((FetchCall)call!).Expire(),
            this,
            wait < limits.MaxWait ? wait : limits.MaxWait,
            Timeout.InfiniteTimeSpan);
        _leaving = context.Gone.UnsafeRegister(static call => Turn.Post((FetchCall)call!), this);
        // What came between the look before and joining woke nobody.
        Interlocked.Increment(ref _wanted);
    }

    private void Expire()
    {
        _isOver = true;
        Turn.Post(this);
    }

    // The node has stopped, and the connection with it: nobody looks any more.
    private void Abandon()
    {
        End();
        context.Fail(new OperationCanceledException("the node stops"));
    }

    private void End()
    {
        _isEnded = true;
        _timer?.Dispose();
        _leaving.Unregister();
        scope.Leave(this);
    }

    private bool TryAnswer(IReadOnlyList<FetchedPartition> partitions, bool isLast)
    {
        var reads = new PartitionRead[partitions.Count];
        bool isAnswered = false;
        try
        {
            if (!Read(partitions, reads) && !isLast) return false;
            FetchResponse response = scope.Answer(reads);
            FetchResponses.Translate(response, context.Version);
            if (context.Version >= FetchResponses.FirstWithLeaders) LeaderHints.AddTo(response, services, context);
            isAnswered = true;
            context.Respond(response);
            return true;
        }
        finally
        {
            if (!isAnswered) Array.ForEach(reads, read => read.Dispose());
        }
    }

    // Whether there is enough, or an error, which is worth an answer of its own.
    private bool Read(IReadOnlyList<FetchedPartition> partitions, PartitionRead[] reads)
    {
        var isolation = (IsolationLevel)request.IsolationLevel;
        int most = Math.Clamp(request.MaxBytes, 0, Math.Min(limits.MaxBytes, context.MaxFetchBytes));
        int left = most;
        long total = 0;
        bool hasNews = false;
        for (int i = 0; i < reads.Length; i++)
        {
            FetchedPartition partition = partitions[i];
            reads[i] = partition.Error == ErrorCode.None
                ? PartitionRead.Of(
                    services, partition.Position, isolation, left, atLeastOneBatch: total == 0,
                    partition.LastFetchedEpoch)
                : new PartitionRead(partition.Position, partition.Error, null, null);
            hasNews |= reads[i].Error != ErrorCode.None || reads[i].Diverging is not null;
            total += reads[i].Length;
            left = Math.Max(0, left - reads[i].Length);
        }

        // There is never more than fits into an answer.
        int least = Math.Min(request.MinBytes, most);
        return hasNews || total >= least || HasWaiting(reads, isolation, least);
    }

    // What lies behind the bytes that were read counts as well: an answer has those of one segment only.
    private static bool HasWaiting(PartitionRead[] reads, IsolationLevel isolation, int least)
    {
        long waiting = 0;
        foreach (PartitionRead read in reads)
        {
            if (read.IsBehindSegment(isolation)) return true;
            waiting += read.Waiting(isolation);
        }

        return waiting >= least;
    }
}
