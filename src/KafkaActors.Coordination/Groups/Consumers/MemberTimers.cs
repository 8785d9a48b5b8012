namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// When the members of a group are fenced: at the end of a session without a heartbeat, and at the end of the time to
/// give partitions up. Times are of the owner's monotonic clock; nothing here is stored.
/// </summary>
internal sealed class MemberTimers
{
    private readonly Dictionary<string, (TimeSpan Session, TimeSpan? Revocation)> _deadlines = [];
    private readonly SortedSet<(TimeSpan At, string MemberId)> _queue = new(
        Comparer<(TimeSpan At, string MemberId)>.Create((left, right) => left.At != right.At
            ? left.At.CompareTo(right.At)
            : string.CompareOrdinal(left.MemberId, right.MemberId)));

    /// <summary>When the first member is due.</summary>
    public TimeSpan? Next => _queue.Count == 0 ? null : _queue.Min.At;

    /// <summary>Gives the member, new or not, a session until then.</summary>
    public void KeepSession(string memberId, TimeSpan until) =>
        Set(memberId, (until, _deadlines.GetValueOrDefault(memberId).Revocation));

    /// <summary>Lets a member that has a session give partitions up until then; null ends the wait.</summary>
    public void AwaitRevocation(string memberId, TimeSpan? until)
    {
        if (_deadlines.TryGetValue(memberId, out (TimeSpan Session, TimeSpan? Revocation) deadlines))
            Set(memberId, deadlines with { Revocation = until });
    }

    public void Remove(string memberId)
    {
        if (_deadlines.Remove(memberId, out (TimeSpan Session, TimeSpan? Revocation) deadlines))
            _queue.Remove((First(deadlines), memberId));
    }

    /// <summary>The members that are due, earliest first. They stay until they are removed.</summary>
    public IReadOnlyList<string> Due(TimeSpan now) =>
        [.. _queue.TakeWhile(entry => entry.At <= now).Select(entry => entry.MemberId)];

    private static TimeSpan First((TimeSpan Session, TimeSpan? Revocation) deadlines) =>
        deadlines.Revocation < deadlines.Session ? deadlines.Revocation.Value : deadlines.Session;

    private void Set(string memberId, (TimeSpan Session, TimeSpan? Revocation) deadlines)
    {
        Remove(memberId);
        _deadlines[memberId] = deadlines;
        _queue.Add((First(deadlines), memberId));
    }
}
