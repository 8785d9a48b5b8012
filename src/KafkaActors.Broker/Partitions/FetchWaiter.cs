using Akka.Actor;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// One fetch that waits for records. It is woken at most once between two <see cref="Rearm"/>s, whatever the number of
/// partitions it waits for and of high watermarks that pass. Owned by the session that answers the fetch.
/// </summary>
internal sealed class FetchWaiter(IActorRef session, object wakeUp)
{
    private int _woken;

    /// <summary>From the thread of any partition.</summary>
    public void Wake()
    {
        if (Interlocked.Exchange(ref _woken, 1) == 0) session.Tell(wakeUp, ActorRefs.NoSender);
    }

    /// <summary>Before its session looks at the logs again: what comes after this wakes it once more.</summary>
    public void Rearm() => Interlocked.Exchange(ref _woken, 0);
}
