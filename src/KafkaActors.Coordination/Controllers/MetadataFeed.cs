using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>
/// The nodes that follow a controller, and from where: what is committed goes to all of them at once, and whoever asks
/// from elsewhere is sent what it lacks. A node that has been silent is forgotten. Owned by a
/// <see cref="ControllerCore{TPeer}"/>.
/// </summary>
internal sealed class MetadataFeed<TPeer>(TimeSpan heartbeatInterval)
    where TPeer : notnull
{
    private const int HeartbeatsUntilForgotten = 20;

    // What it lacks may take longer on the way than a heartbeat: it is sent again after so many.
    private const int HeartbeatsUntilRepeated = 4;

    private const int MostEarly = 1_000;

    private readonly Dictionary<TPeer, Follower> _followers = [];
    private readonly Dictionary<TPeer, ControllerProtocol.Heartbeat> _early = [];

    public void Clear() => _followers.Clear();

    /// <summary>The controller cannot feed yet: whoever waits is not to wait for its next heartbeat as well.</summary>
    public void KeepForLater(ControllerProtocol.Heartbeat heartbeat, TPeer peer)
    {
        if (_early.Count < MostEarly || _early.ContainsKey(peer)) _early[peer] = heartbeat;
    }

    public IReadOnlyList<KeyValuePair<TPeer, ControllerProtocol.Heartbeat>> TakeEarly()
    {
        KeyValuePair<TPeer, ControllerProtocol.Heartbeat>[] early = [.. _early];
        _early.Clear();
        return early;
    }

    /// <summary>What the follower is sent, if it lacks anything.</summary>
    public ControllerProtocol.IFeed? Follow(ControllerQuorum quorum, TPeer peer, MetadataOffset from, TimeSpan now)
    {
        if (!_followers.TryGetValue(peer, out Follower? follower)) _followers.Add(peer, follower = new Follower());
        follower.HeardAt = now;
        if (from > quorum.CommittedOffset) return null;
        bool isUnderWay = follower.SentFrom == from && follower.SentUpTo == quorum.CommittedOffset
            && now - follower.SentAt < HeartbeatsUntilRepeated * heartbeatInterval;
        if (isUnderWay) return null;
        (follower.SentFrom, follower.SentUpTo, follower.SentAt) = (from, quorum.CommittedOffset, now);
        return quorum.CommittedFrom(from) is { } entries
            ? new ControllerProtocol.Fed(entries)
            : new ControllerProtocol.FedSnapshot(Snapshot(quorum));
    }

    /// <summary>Those who have been heard lately; the others are forgotten.</summary>
    public IReadOnlyList<TPeer> Listeners(TimeSpan now)
    {
        foreach ((TPeer peer, Follower follower) in _followers.ToArray())
            if (now - follower.HeardAt > HeartbeatsUntilForgotten * heartbeatInterval) _followers.Remove(peer);
        return [.. _followers.Keys];
    }

    private static LogSnapshot Snapshot(ControllerQuorum quorum)
    {
        MetadataImage image = quorum.CommittedImage;
        return LogSnapshot.Of(image, new LogPosition(image.ControllerEpoch, image.Offset));
    }

    private sealed class Follower
    {
        public TimeSpan HeardAt { get; set; }

        public MetadataOffset SentFrom { get; set; } = MetadataOffset.None;

        public MetadataOffset SentUpTo { get; set; } = MetadataOffset.None;

        public TimeSpan SentAt { get; set; }
    }
}
