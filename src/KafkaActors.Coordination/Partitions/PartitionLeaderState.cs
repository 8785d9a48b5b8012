using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>
/// One leadership of one partition, without a clock, a disk or a network: the partition actor owns it and tells it
/// what happened. Kept apart are the next offset (accepted in the mailbox), the log end offset (appended), the flushed
/// offset (on disk) and the high watermark (committed). Invariants: high watermark &lt;= log end &lt;= next offset, and
/// none of them goes back; the high watermark is at most the least share over the maximal ISR, and stands still while
/// the committed ISR is below its minimum. Nothing here is done per record.
/// </summary>
/// <typeparam name="TAnswer">Whatever the owner needs to answer an append.</typeparam>
public sealed class PartitionLeaderState<TAnswer>
{
    private readonly PartitionLeaderStart _start;
    private readonly Dictionary<NodeId, FollowerProgress> _followers = [];
    private readonly PendingAppends<TAnswer> _untilOwnShare = new();
    private readonly PendingAppends<TAnswer> _untilCommitted = new();
    private readonly Queue<ReleasedAppend<TAnswer>> _released = new();
    private readonly HashSet<NodeId> _proposed = [];
    private IReadOnlyDictionary<NodeId, ReplicaBroker> _brokers;
    private int _minInSyncReplicas;
    private bool _isGroupCommit;

    public PartitionLeaderState(PartitionLeaderStart start)
        : this(start, PartitionRules.Correct)
    {
    }

    internal PartitionLeaderState(PartitionLeaderStart start, PartitionRules rules)
    {
        if (start.Partition.Leader != start.Self) throw new ArgumentException("Another node leads.", nameof(start));
        _start = start;
        _brokers = start.Brokers;
        _minInSyncReplicas = start.MinInSyncReplicas;
        _isGroupCommit = start.IsGroupCommit;
        Rules = rules;
        Partition = start.Partition;
        NextOffset = LogEndOffset = start.LogEndOffset;
        FlushedOffset = start.FlushedOffset;
        HighWatermark = Math.Min(start.HighWatermark, start.LogEndOffset);
        foreach (NodeId node in Partition.Replicas)
            if (node != start.Self) _followers[node] = new FollowerProgress(EpochOf(node), start.Now);
        AdvanceHighWatermark();
    }

    /// <summary>The committed state this leadership rests on.</summary>
    public PartitionImage Partition { get; private set; }

    public LeaderEpoch LeaderEpoch => _start.Partition.LeaderEpoch;

    /// <summary>Until the high watermark has reached it, "latest" is not available (KIP-207).</summary>
    public long EpochStartOffset => _start.LogEndOffset;

    /// <summary>The base offset of the next batch to be accepted.</summary>
    public long NextOffset { get; private set; }

    public long LogEndOffset { get; private set; }

    /// <summary>
    /// As the disk's thread told it, which may be before the journal has told of the append: it can be above the log
    /// end, and counts up to there.
    /// </summary>
    public long FlushedOffset { get; private set; }

    public long HighWatermark { get; private set; }

    /// <summary>The proposal that has no outcome yet; its owner sends it, again and again, until it has.</summary>
    public IsrProposal? Proposal { get; private set; }

    /// <summary>Why the last proposal was made.</summary>
    public Cause? ProposalCause { get; private set; }

    public int PendingCount => _untilOwnShare.Count + _untilCommitted.Count;

    /// <summary>Whether <see cref="Tick"/> has work: answers that wait, a proposal, a member that is behind.</summary>
    public bool NeedsTick => PendingCount > 0 || Proposal is not null || _proposed.Count > 0
        || (_followers.Count > 0 && Partition.Isr.Any(
            node => _followers.TryGetValue(node, out FollowerProgress? follower) && follower.Share < LogEndOffset));

    public bool IsUnderMinIsr => Partition.Isr.Length < Math.Min(_minInSyncReplicas, Partition.Replicas.Length);

    /// <summary>The committed ISR and those whose expansion is under way: all must hold what is committed.</summary>
    public IEnumerable<NodeId> MaximalIsr => Rules.CommitsOverCommittedIsrOnly
        ? Partition.Isr
        : Partition.Isr.Union(_proposed);

    internal PartitionRules Rules { get; }

    private long OwnShare => _isGroupCommit ? Math.Min(FlushedOffset, LogEndOffset) : LogEndOffset;

    /// <summary>Whether an append may be accepted at all under these acks.</summary>
    public ErrorCode CheckAppend(Acks acks) =>
        acks == Acks.All && IsUnderMinIsr ? ErrorCode.NotEnoughReplicas : ErrorCode.None;

    /// <summary>Takes offsets for a batch that is about to be appended.</summary>
    /// <returns>Its base offset.</returns>
    public long Accept(int recordCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(recordCount, 1);
        long baseOffset = NextOffset;
        NextOffset += recordCount;
        return baseOffset;
    }

    /// <summary>
    /// Lets an accepted batch, or the duplicate of one, wait for what its acks ask. An answer that has nothing left
    /// to wait for is released at once.
    /// </summary>
    /// <param name="untilOffset">The offset after the batch's last record (of the original, for a duplicate).</param>
    public void Await(TAnswer answer, Acks acks, long untilOffset, TimeSpan deadline)
    {
        if (acks == Acks.None)
            _released.Enqueue(new ReleasedAppend<TAnswer>(answer, ErrorCode.None));
        else if (acks == Acks.Leader)
            _untilOwnShare.Add(answer, untilOffset, deadline);
        else
            _untilCommitted.Add(answer, untilOffset, deadline);
        Release();
    }

    /// <summary>Takes the next answer that may go out; call it until it says false, after every input.</summary>
    public bool TryRelease(out ReleasedAppend<TAnswer> released) => _released.TryDequeue(out released);

    /// <summary>The log holds everything below the offset.</summary>
    /// <returns>Whether the high watermark moved.</returns>
    public bool Appended(long logEndOffset)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(logEndOffset, NextOffset);
        LogEndOffset = Math.Max(LogEndOffset, logEndOffset);
        return AdvanceHighWatermark();
    }

    /// <summary>
    /// The disk holds everything below the offset, be it told before or after <see cref="Appended"/>.
    /// </summary>
    /// <returns>Whether the high watermark moved.</returns>
    public bool Flushed(long flushedOffset)
    {
        FlushedOffset = Math.Max(FlushedOffset, flushedOffset);
        return AdvanceHighWatermark();
    }

    /// <summary>
    /// A follower asked for records from <paramref name="logEndOffset"/> on, so it holds all below it.
    /// </summary>
    /// <param name="flushedOffset">What it says it has on disk.</param>
    /// <returns>
    /// <see cref="ErrorCode.StaleBrokerEpoch"/> for a registration that is not, or no longer, the image's;
    /// <see cref="ErrorCode.UnknownTopicOrPartition"/> for a node that is no replica.
    /// </returns>
    public ErrorCode FollowerFetched(
        NodeId node, BrokerEpoch brokerEpoch, long logEndOffset, long flushedOffset, TimeSpan now)
    {
        if (!_followers.TryGetValue(node, out FollowerProgress? follower)) return ErrorCode.UnknownTopicOrPartition;
        if (brokerEpoch != follower.BrokerEpoch) return ErrorCode.StaleBrokerEpoch;
        follower.Fetched(_isGroupCommit ? Math.Min(flushedOffset, logEndOffset) : logEndOffset, LogEndOffset, now);
        AdvanceHighWatermark();
        if (Proposal is null && MayJoin(node, follower)) Propose(Partition.Isr.Add(node));
        return ErrorCode.None;
    }

    /// <summary>Looks for followers that have fallen behind and for answers that have waited too long.</summary>
    public void Tick(TimeSpan now)
    {
        _untilOwnShare.Expire(now, _released);
        _untilCommitted.Expire(now, _released);
        if (Proposal is not null) return;
        var isr = Partition.Isr.RemoveAll(node => node != _start.Self && HasFallenBehind(_followers[node], now));
        if (isr.Length < Partition.Isr.Length || _proposed.Count > 0) Propose(isr);
    }

    /// <summary>A metadata change that touches this partition, its topic's settings or its replicas' brokers.</summary>
    /// <returns>Whether the high watermark moved.</returns>
    /// <exception cref="ArgumentException">It is another leadership: this one is over.</exception>
    public bool MetadataChanged(
        PartitionImage partition, IReadOnlyDictionary<NodeId, ReplicaBroker> brokers, int minInSyncReplicas,
        TimeSpan now)
    {
        if (partition.LeaderEpoch != LeaderEpoch) throw new ArgumentException("Another leadership.", nameof(partition));
        _brokers = brokers;
        _minInSyncReplicas = minInSyncReplicas;
        if (partition.PartitionEpoch > Partition.PartitionEpoch)
        {
            Partition = partition;
            Proposal = null;
            _proposed.Clear();
        }

        foreach (NodeId node in Partition.Replicas)
            if (node != _start.Self && _followers.GetValueOrDefault(node)?.BrokerEpoch != EpochOf(node))
                _followers[node] = new FollowerProgress(EpochOf(node), now);
        return AdvanceHighWatermark();
    }

    /// <summary>The topic has another flush policy: it counts for every answer that still waits.</summary>
    /// <returns>Whether the high watermark moved; it does not go back.</returns>
    public bool FlushPolicyChanged(bool isGroupCommit)
    {
        _isGroupCommit = isGroupCommit;
        return AdvanceHighWatermark();
    }

    /// <summary>
    /// The controller refused a proposal; one with another outcome, or none, stays until its event comes. Another copy
    /// of it may still be under way and find a controller that accepts it, so its members are counted on until the
    /// partition epoch has moved; should nothing else move it, the next tick proposes the ISR as it is.
    /// </summary>
    public void ProposalRefused(PartitionEpoch computedFrom)
    {
        if (Proposal?.PartitionEpoch == computedFrom) Proposal = null;
    }

    /// <summary>The leadership is over: every answer that still waits goes out with the error.</summary>
    public void Resign(ErrorCode error)
    {
        _untilOwnShare.Fail(error, _released);
        _untilCommitted.Fail(error, _released);
        Proposal = null;
    }

    private bool MayJoin(NodeId node, FollowerProgress follower) =>
        !Partition.Isr.Contains(node)
        && _brokers.GetValueOrDefault(node).IsActive
        && follower.Share >= Math.Max(HighWatermark, EpochStartOffset);

    private bool HasFallenBehind(FollowerProgress follower, TimeSpan now) =>
        follower.Share < LogEndOffset && now - follower.LastCaughtUp > _start.ReplicaLagTimeMax;

    private void Propose(ImmutableArray<NodeId> isr)
    {
        _proposed.UnionWith(isr);
        ProposalCause = Cause.Of(
            CauseKind.IsrProposed, Partition.Id.ToString(),
            ("leader epoch", LeaderEpoch.Value), ("partition epoch", Partition.PartitionEpoch.Value),
            ("ISR before", Partition.Isr.Length), ("ISR", isr.Length), ("least ISR", _minInSyncReplicas),
            ("log end offset", LogEndOffset), ("high watermark", HighWatermark), ("least share", LeastShare()));
        Proposal = new IsrProposal(
            Partition.Id, _start.Self, EpochOf(_start.Self), LeaderEpoch, Partition.PartitionEpoch,
            [.. isr.Select(node => new IsrMember(node, EpochOf(node)))]);
    }

    private BrokerEpoch EpochOf(NodeId node) =>
        _brokers.TryGetValue(node, out ReplicaBroker broker) ? broker.Epoch : BrokerEpoch.None;

    private bool AdvanceHighWatermark()
    {
        long before = HighWatermark;
        if (!IsUnderMinIsr) HighWatermark = Math.Max(HighWatermark, LeastShare());
        Release();
        return HighWatermark > before;
    }

    private long LeastShare()
    {
        long least = OwnShare;
        if (_followers.Count == 0) return least;
        foreach (NodeId node in MaximalIsr)
        {
            if (node == _start.Self) continue;
            least = Math.Min(least, _followers[node].Share);
        }

        return least;
    }

    private void Release()
    {
        if (PendingCount == 0) return;
        _untilOwnShare.Release(OwnShare, _released);
        _untilCommitted.Release(HighWatermark, _released);
    }
}
