using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Messages;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// A fetch that waits for records: joined to its partitions' waiters, with one timer. Owned by its session.
/// </summary>
internal sealed class PendingFetch(
    FetchProtocol.Fetch fetch, FetchWaiter waiter, IReadOnlyList<PartitionHandle> partitions, ICancelable timer)
{
    public FetchProtocol.Fetch Fetch => fetch;

    public FetchWaiter Waiter => waiter;

    public void End()
    {
        timer.Cancel();
        foreach (PartitionHandle partition in partitions) partition.Waiters.Leave(waiter);
    }
}
