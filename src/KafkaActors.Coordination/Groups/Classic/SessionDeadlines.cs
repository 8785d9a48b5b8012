namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>
/// The sessions of one group by when they end. A renewal only moves the session's own deadline, so that a heartbeat
/// costs the same in a group of any size; the queue learns of it when the old deadline has come. Invariant: every
/// session with a deadline has an entry that is not later.
/// </summary>
internal sealed class SessionDeadlines
{
    private readonly PriorityQueue<MemberSession, TimeSpan> _queue = new();

    /// <summary>When to look again; may be early, never late.</summary>
    public TimeSpan? Peek()
    {
        while (_queue.TryPeek(out MemberSession? session, out TimeSpan at))
        {
            if (session.QueuedAt == at && session.Deadline != TimeSpan.MaxValue) return at;
            Dequeue();
        }

        return null;
    }

    public void Renew(MemberSession session, TimeSpan deadline)
    {
        session.Deadline = deadline;
        if (deadline >= session.QueuedAt) return;
        session.QueuedAt = deadline;
        _queue.Enqueue(session, deadline);
    }

    /// <summary>The session is no longer watched, until it is renewed.</summary>
    public static void End(MemberSession session) => session.Deadline = TimeSpan.MaxValue;

    /// <summary>Takes the next session that has ended; it is then no longer watched.</summary>
    public bool TryTakeDue(TimeSpan now, out MemberSession due)
    {
        while (_queue.TryPeek(out MemberSession? session, out TimeSpan at) && at <= now)
        {
            bool counts = session.QueuedAt == at;
            Dequeue();
            if (!counts || session.Deadline == TimeSpan.MaxValue) continue;
            if (session.Deadline > now)
            {
                Renew(session, session.Deadline);
                continue;
            }

            End(session);
            due = session;
            return true;
        }

        due = null!;
        return false;
    }

    private void Dequeue()
    {
        _queue.TryDequeue(out MemberSession? session, out TimeSpan at);
        if (session!.QueuedAt == at) session.QueuedAt = TimeSpan.MaxValue;
    }
}
