using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>
/// Which brokers live, as far as this controller knows: a broker lives while it has been heard within the length of a
/// session. The time of sessions is that of the controller's ticks; what the controller sleeps through is one tick at
/// most, because nobody could have been heard. A controller that begins, or that stood still, grants a session to
/// whoever was heard since the last such grant. Who was not keeps what is left of its own while the controller is the
/// same; a new one grants it half of what the last one did (<see cref="BrokerImage.UnheardGrants"/>). So the dead are
/// fenced after two sessions of served time, however often controllers change or stand still.
/// Owned by one <see cref="ControllerCore{TPeer}"/>.
/// </summary>
internal sealed class BrokerSessions(ControllerCoreSettings settings, ControllerRules rules)
{
    private const int MostHalvings = 30;

    private readonly Dictionary<NodeId, BrokerSession> _sessions = [];
    private TimeSpan _clock;
    private TimeSpan _tickedAt;
    private bool _hasTicked;

    private TimeSpan Lately => (2 * settings.HeartbeatInterval) + settings.TickInterval;

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
    /// <returns>What is to be committed of it, for the controllers after this one.</returns>
    public IReadOnlyList<MetadataEvent> Begin(MetadataImage image)
    {
        _sessions.Clear();
        var granted = new List<MetadataEvent>();
        foreach (BrokerImage broker in image.Brokers.Values.OrderBy(broker => broker.Node))
        {
            if (broker.IsFenced) continue;
            _sessions[broker.Node] = new BrokerSession(broker.Incarnation, _clock + Share(broker));
            if (!IsOwnNode(broker)) granted.Add(Granted(broker, broker.UnheardGrants + 1));
        }

        return granted;
    }

    /// <summary>Of whom the metadata still says that nobody has heard them, though this controller has.</summary>
    public IReadOnlyList<MetadataEvent> HeardAgain(MetadataImage image)
    {
        List<MetadataEvent>? heard = null;
        foreach (BrokerImage broker in image.Brokers.Values)
            if (broker is { IsFenced: false, UnheardGrants: > 0 } && IsLive(broker) && IsHeard(broker))
                (heard ??= []).Add(Granted(broker, 0));
        return heard ?? [];
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

    /// <summary>
    /// Whether this controller has heard it itself, and lately: those who die in one instant are not all silent for a
    /// whole session at the same tick, and none of them must be what the others leave an ISR for.
    /// </summary>
    public bool IsHeard(BrokerImage broker) => IsOwnNode(broker)
        ? IsLive(broker)
        : Of(broker)?.HeardAt is { } heardAt && _clock - heardAt <= Lately;

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

    // Half of what the one before was granted, and so on: together they never last two sessions.
    private TimeSpan Share(BrokerImage broker) => rules.GrantsSessionsForEver
        ? settings.SessionTimeout
        : settings.SessionTimeout / (1L << Math.Min(broker.UnheardGrants, MostHalvings));

    private static MetadataEvent.BrokerSessionGranted Granted(BrokerImage broker, int unheardGrants) =>
        new(broker.Node, broker.Epoch, unheardGrants);

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
