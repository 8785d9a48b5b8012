using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// One partition of a <see cref="FetchSession"/>: what its client asked for last, and what it was told last. It waits
/// with the partition for as long as the session remembers it, not for one fetch alone. Guarded by its session, but
/// for being woken.
/// </summary>
internal sealed class SessionPartition(FetchSession session, FetchedName name) : FetchWaiter
{
    private const long Untold = -1;

    private PartitionHandle? _joined;
    private long _highWatermark = Untold;
    private long _logStartOffset = Untold;

    public FetchedName Name => name;

    public required FetchRequest.FetchPartition Asked { get; set; }

    /// <summary>Whether the next fetch looks at it.</summary>
    public bool IsActive { get; set; }

    public bool IsForgotten { get; private set; }

    /// <summary>Waits with the partition as this node knows it now: it may have come, gone, or come again.</summary>
    public void Join(PartitionHandle? partition)
    {
        if (ReferenceEquals(_joined, partition)) return;
        _joined?.Waiters.Leave(this);
        _joined = partition;
        _joined?.Waiters.Join(this);
    }

    public void Forget()
    {
        IsForgotten = true;
        IsActive = false;
        Join(null);
    }

    /// <summary>Whether its client does not know of this yet.</summary>
    public bool IsNews(in PartitionRead read) =>
        read.IsWorthTelling
        || read.View!.HighWatermark != _highWatermark || read.View.LogStartOffset != _logStartOffset;

    /// <summary>Its client knows this now. What ends an error is news again.</summary>
    public void Tell(in PartitionRead read)
    {
        bool isError = read.Error != ErrorCode.None;
        _highWatermark = isError ? Untold : read.View!.HighWatermark;
        _logStartOffset = isError ? Untold : read.View!.LogStartOffset;
    }

    protected override void OnWoken() => session.Woken(this);
}
