using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// One client's fetches: read from the logs' published views, outside the mailboxes of the partitions, and answered at
/// once or when a partition's high watermark has moved far enough, or when the wait is over. A fetch that waits has
/// one timer, and is woken by the partitions; nothing polls. Owned by a <see cref="ClientSession"/>.
/// </summary>
internal sealed class FetchRequests(
    FrontDoorServices services, IScheduler scheduler, IActorRef session, IActorRef client)
{
    private readonly Dictionary<long, PendingFetch> _waiting = [];

    public void Begin(FetchProtocol.Fetch fetch)
    {
        if (_waiting.ContainsKey(fetch.CorrelationId) || _waiting.Count >= services.Settings.MaxRequestsPerSession)
        {
            client.Tell(new FetchProtocol.Completed(fetch.CorrelationId, ErrorCode.ThrottlingQuotaExceeded), session);
            return;
        }

        TimeSpan wait = fetch.MaxWait < services.Settings.FetchMaxWait ? fetch.MaxWait : services.Settings.FetchMaxWait;
        if (TryAnswer(fetch, isLast: wait <= TimeSpan.Zero)) return;
        PendingFetch pending = Wait(fetch, wait);
        _waiting.Add(fetch.CorrelationId, pending);
        Wake(fetch.CorrelationId);
    }

    /// <summary>A partition has more, or something about it has changed.</summary>
    public void Wake(long correlationId)
    {
        if (!_waiting.TryGetValue(correlationId, out PendingFetch? pending)) return;
        pending.Waiter.Rearm();
        if (TryAnswer(pending.Fetch, isLast: false)) End(correlationId, pending);
    }

    /// <summary>The wait is over: answered with what there is.</summary>
    public void Expire(long correlationId)
    {
        if (!_waiting.TryGetValue(correlationId, out PendingFetch? pending)) return;
        TryAnswer(pending.Fetch, isLast: true);
        End(correlationId, pending);
    }

    public void Abandon()
    {
        foreach (PendingFetch pending in _waiting.Values) pending.End();
        _waiting.Clear();
    }

    private PendingFetch Wait(FetchProtocol.Fetch fetch, TimeSpan wait)
    {
        var waiter = new SessionFetchWaiter(session, new FetchWoken(fetch.CorrelationId));
        var partitions = new List<PartitionHandle>(fetch.Partitions.Count);
        foreach (FetchProtocol.PartitionPosition position in fetch.Partitions)
        {
            if (!services.Partitions.TryGet(position.Partition, out PartitionHandle? partition)) continue;
            partition.Waiters.Join(waiter);
            partitions.Add(partition);
        }

        ICancelable timer = scheduler.ScheduleTellOnceCancelable(
            wait, session, new FetchExpired(fetch.CorrelationId), ActorRefs.NoSender);
        return new PendingFetch(fetch, waiter, partitions, timer);
    }

    private void End(long correlationId, PendingFetch pending)
    {
        pending.End();
        _waiting.Remove(correlationId);
    }

    private bool TryAnswer(FetchProtocol.Fetch fetch, bool isLast)
    {
        var reads = new List<PartitionRead>(fetch.Partitions.Count);
        try
        {
            bool isEnough = Read(fetch, reads) || isLast;
            if (isEnough) FetchAnswer.Send(services, fetch.CorrelationId, reads, client, session);
            return isEnough;
        }
        finally
        {
            foreach (PartitionRead read in reads) read.Dispose();
        }
    }

    private bool Read(FetchProtocol.Fetch fetch, List<PartitionRead> reads)
    {
        int left = Math.Clamp(fetch.MaxBytes, 0, services.Settings.FetchWindowBytes);
        long total = 0;
        bool hasError = false;
        foreach (FetchProtocol.PartitionPosition position in fetch.Partitions)
        {
            PartitionRead read = PartitionRead.Of(
                services, position, fetch.Isolation, left, atLeastOneBatch: total == 0, LeaderEpoch.None);
            reads.Add(read);
            hasError |= read.Error != ErrorCode.None;
            total += read.Length;
            left = Math.Max(0, left - read.Length);
        }

        return hasError || total >= fetch.MinBytes;
    }
}
