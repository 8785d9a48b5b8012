using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>
/// What a leader remembers of one follower in one registration. A new broker epoch begins it anew: whatever the former
/// process had said it held is void.
/// </summary>
internal sealed class FollowerProgress(BrokerEpoch brokerEpoch, TimeSpan now)
{
    private long _leaderEndAtLastFetch = -1;
    private TimeSpan _lastFetch = now;

    public BrokerEpoch BrokerEpoch { get; } = brokerEpoch;

    /// <summary>
    /// Its share of the high watermark: what it holds, or under group commit has flushed; -1 until it fetched.
    /// </summary>
    public long Share { get; private set; } = -1;

    /// <summary>When it last held all that the leader held at the time.</summary>
    public TimeSpan LastCaughtUp { get; private set; } = now;

    public void Fetched(long share, long leaderEndOffset, TimeSpan now)
    {
        if (share >= leaderEndOffset) LastCaughtUp = now;
        else if (_leaderEndAtLastFetch >= 0 && share >= _leaderEndAtLastFetch) LastCaughtUp = _lastFetch;
        Share = share;
        _leaderEndAtLastFetch = leaderEndOffset;
        _lastFetch = now;
    }
}
