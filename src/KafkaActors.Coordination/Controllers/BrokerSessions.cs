using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>
/// Which brokers live, as far as this controller knows: a broker lives while it has been heard within the length of a
/// session. The time of sessions is that of the controller's ticks; what the controller sleeps through is one tick at
/// most, because nobody could have been heard. A controller that begins, or that stood still, grants a session to
/// whoever was heard since the last such grant; who was not keeps what is left of its own, so that the dead are fenced
/// however often controllers change or stand still.
/// Owned by one <see cref="ControllerCore{TPeer}"/>.
/// </summary>
internal sealed class BrokerSessions(ControllerCoreSettings settings)
{
    private readonly Dictionary<NodeId, BrokerSession> _sessions = [];
    private TimeSpan _clock;
    private TimeSpan _tickedAt;
    private bool _hasTicked;

    private TimeSpan LongestStep => 2 * settings.TickInterval;

    /// <summary>Time has passed.</summary>
    /// <param name="now">By the owner's monotonic clock.</param>
    public void Tick(TimeSpan now)
    {
        TimeSpan passed = _hasTicked ? now - _tickedAt : TimeSpan.Zero;
        (_tickedAt, _hasTicked) = (now, true);
        _clock += passed < LongestStep ? passed : LongestStep;
        bool stoodStill = passed >= settings.TickInterval + settings.HeartbeatInterval;
        if (stoodStill) GrantToTheHeard();
    }

    /// <summary>The controller begins to serve: it has heard nobody yet.</summary>
    public void Begin(MetadataImage image)
    {
        _sessions.Clear();
        foreach (BrokerImage broker in image.Brokers.Values)
            if (!broker.IsFenced)
                _sessions[broker.Node] = new BrokerSession(broker.Incarnation, _clock + settings.SessionTimeout);
    }

    /// <summary>The process that has registered as this broker, or is about to, is alive.</summary>
    public void Hear(NodeId node, Guid incarnation, TimeSpan now, TimeSpan stalled)
    {
        TimeSpan late = now - _tickedAt;
        TimeSpan at = _clock + (late < LongestStep ? late : LongestStep);
        if (!_sessions.TryGetValue(node, out BrokerSession? session) || session.Incarnation != incarnation)
            _sessions[node] = session = new BrokerSession(incarnation, at);
        session.Hear(at, at + settings.SessionTimeout);
        session.Stalled = stalled;
    }

    /// <returns>Whether that process was taken for alive until now.</returns>
    public bool End(BrokerImage broker, SessionEnd reason)
    {
        bool wasLive = IsLive(broker);
        if (Of(broker) is { } session) session.End(reason);
        return wasLive;
    }

    /// <summary>Of the controller's own node it is known which process lives.</summary>
    public bool IsLive(BrokerImage broker) => IsOwnNode(broker)
        ? broker.Incarnation == settings.BrokerIncarnation
        : Of(broker) is { Ended: null } session && session.Deadline > _clock;

    /// <summary>Whether this controller has heard it itself, and has not only granted it a session.</summary>
    public bool IsHeard(BrokerImage broker) => IsOwnNode(broker) ? IsLive(broker) : Of(broker)?.HeardAt is not null;

    /// <summary>Why it is taken for dead.</summary>
    public EndedSession EndOf(BrokerImage broker)
    {
        BrokerSession? session = Of(broker);
        SessionEnd reason = IsOwnNode(broker) ? SessionEnd.ConfirmedDead : session?.Ended ?? SessionEnd.Silent;
        return new EndedSession(broker.Node, broker.Epoch, reason, _clock - session?.HeardAt);
    }

    /// <summary>Whether one of its disks has not got on for too long.</summary>
    public bool HasStalled(BrokerImage broker) =>
        Of(broker) is { } session && session.Stalled >= settings.DiskStallTimeout;

    private bool IsOwnNode(BrokerImage broker) =>
        broker.Node == settings.Node && settings.BrokerIncarnation != Guid.Empty;

    private BrokerSession? Of(BrokerImage broker) =>
        _sessions.TryGetValue(broker.Node, out BrokerSession? session) && session.Incarnation == broker.Incarnation
            ? session
            : null;

    private void GrantToTheHeard()
    {
        foreach (BrokerSession session in _sessions.Values)
            if (session.IsHeardSinceGrant) session.Grant(_clock + settings.SessionTimeout);
    }
}
