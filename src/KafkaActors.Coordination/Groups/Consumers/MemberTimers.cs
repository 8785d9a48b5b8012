namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// When the members of a group are fenced: at the end of a session without a heartbeat, and at the end of the time for
/// the step that is awaited of them: to give partitions up or, in the classic protocol, to join again or to sync. Times
/// are of the owner's monotonic clock; nothing here is stored.
/// </summary>
internal sealed class MemberTimers
{
    private readonly Dictionary<string, (TimeSpan Session, TimeSpan? Step)> _deadlines = [];
    private readonly SortedSet<(TimeSpan At, string MemberId)> _queue = new(
        Comparer<(TimeSpan At, string MemberId)>.Create((left, right) => left.At != right.At
            ? left.At.CompareTo(right.At)
            : string.CompareOrdinal(left.MemberId, right.MemberId)));

    /// <summary>When the first member is due.</summary>
    public TimeSpan? Next => _queue.Count == 0 ? null : _queue.Min.At;

    /// <summary>Gives the member, new or not, a session until then.</summary>
    public void KeepSession(string memberId, TimeSpan until) =>
        Set(memberId, (until, _deadlines.GetValueOrDefault(memberId).Step));

    /// <summary>Whether a step is awaited of the member.</summary>
    public bool IsAwaited(string memberId) => _deadlines.GetValueOrDefault(memberId).Step is not null;

    /// <summary>Gives a member that has a session until then for its next step; null ends the wait.</summary>
    public void AwaitStep(string memberId, TimeSpan? until)
    {
        if (_deadlines.TryGetValue(memberId, out (TimeSpan Session, TimeSpan? Step) deadlines))
            Set(memberId, deadlines with { Step = until });
    }

    public void Remove(string memberId)
    {
        if (_deadlines.Remove(memberId, out (TimeSpan Session, TimeSpan? Step) deadlines))
            _queue.Remove((First(deadlines), memberId));
    }

    /// <summary>The members that are due, earliest first. They stay until they are removed.</summary>
    public IReadOnlyList<string> Due(TimeSpan now) =>
        [.. _queue.TakeWhile(entry => entry.At <= now).Select(entry => entry.MemberId)];

    private static TimeSpan First((TimeSpan Session, TimeSpan? Step) deadlines) =>
        deadlines.Step < deadlines.Session ? deadlines.Step.Value : deadlines.Session;

    private void Set(string memberId, (TimeSpan Session, TimeSpan? Step) deadlines)
    {
        Remove(memberId);
        _deadlines[memberId] = deadlines;
        _queue.Add((First(deadlines), memberId));
    }
}
