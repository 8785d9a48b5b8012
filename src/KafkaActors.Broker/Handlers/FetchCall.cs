using Akka.Actor;
using Akka.Dispatch;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.FrontDoor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// One Fetch request until it is answered. It looks at the logs' published views; while they have too little it waits
/// with each of its partitions, and has one timer. Whoever moves a high watermark lets it look again, on his own
/// thread. It answers once: looks are taken one at a time, and none after the answer.
/// </summary>
internal sealed class FetchCall(
    NodeServices services,
    FetchLimits limits,
    FetchRequest request,
    IReadOnlyList<FetchedPartition> partitions,
    RequestContext context) : FetchWaiter, IRunnable
{
    private readonly Lock _lock = new();
    private readonly List<PartitionHandle> _joined = [];
    private ICancelable? _timer;
    private bool _isOver;
    private bool _isAnswered;

    public void Begin()
    {
        TimeSpan wait = TimeSpan.FromMilliseconds(Math.Max(0, request.MaxWaitMs));
        if (wait > limits.MaxWait) wait = limits.MaxWait;
        lock (_lock)
        {
            if (TryAnswer(isLast: wait == TimeSpan.Zero)) return;
            Join();
            _timer = services.System.Scheduler.Advanced.ScheduleOnceCancelable(wait, Expire);
        }

        // What came between the first look and joining woke nobody.
        Run();
    }

    /// <summary>Looks again. In a turn, or on the pool.</summary>
    public void Run()
    {
        lock (_lock)
        {
            if (_isAnswered) return;
            Rearm();
            if (TryAnswer(isLast: _isOver)) Leave();
        }
    }

    void IThreadPoolWorkItem.Execute() => Run();

    protected override void OnWoken() => Turn.Post(this);

    // On the scheduler's thread, which everybody's timers share.
    private void Expire()
    {
        Volatile.Write(ref _isOver, true);
        Turn.Post(this);
    }

    private void Join()
    {
        foreach (FetchedPartition partition in partitions)
        {
            if (!services.Node.Partitions.TryGet(partition.Position.Partition, out PartitionHandle? handle)) continue;
            handle.Waiters.Join(this);
            _joined.Add(handle);
        }
    }

    private void Leave()
    {
        _timer?.Cancel();
        foreach (PartitionHandle partition in _joined) partition.Waiters.Leave(this);
        _joined.Clear();
    }

    private bool TryAnswer(bool isLast)
    {
        var reads = new PartitionRead[partitions.Count];
        bool isEnough = Read(reads) || isLast;
        if (!isEnough)
        {
            foreach (PartitionRead read in reads) read.Dispose();
            return false;
        }

        _isAnswered = true;
        var response = new FetchResponse
        {
            Responses = FetchAnswers.Of(services, partitions, reads, (IsolationLevel)request.IsolationLevel),
        };
        if (context.Version >= FetchAnswers.FirstWithLeaders) LeaderHints.AddTo(response, services, context);
        context.Respond(response);
        return true;
    }

    private bool Read(PartitionRead[] reads)
    {
        var isolation = (IsolationLevel)request.IsolationLevel;
        int left = Math.Clamp(request.MaxBytes, 0, limits.MaxBytes);
        long total = 0;
        bool hasNews = partitions.Count == 0;
        for (int i = 0; i < reads.Length; i++)
        {
            FetchedPartition partition = partitions[i];
            reads[i] = partition.Error == ErrorCode.None
                ? PartitionRead.Of(services.Node, partition.Position, isolation, left, atLeastOneBatch: total == 0)
                : new PartitionRead(partition.Position, partition.Error, null, null);
            hasNews |= reads[i].Error != ErrorCode.None || LogDivergence.Of(services.Node, partition) is not null;
            total += reads[i].Length;
            left = Math.Max(0, left - reads[i].Length);
        }

        return hasNews || total >= request.MinBytes;
    }
}
