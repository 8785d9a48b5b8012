using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>A fetch without a session: it looks at every partition that it names, and answers each.</summary>
internal sealed class WholeFetch(
    NodeServices services, IReadOnlyList<FetchedPartition> partitions, IsolationLevel isolation) : FetchScope
{
    private readonly List<PartitionHandle> _joined = [];

    public override IReadOnlyList<FetchedPartition> Look(out bool isDue)
    {
        isDue = partitions.Count == 0;
        return partitions;
    }

    public override FetchResponse Answer(IReadOnlyList<PartitionRead> reads) =>
        new() { Responses = FetchResponses.Of(partitions, reads, isolation) };

    public override void Join(FetchWaiter waiter)
    {
        foreach (FetchedPartition partition in partitions)
        {
            if (!services.Partitions.TryGet(partition.Position.Partition, out PartitionHandle? handle)) continue;
            handle.Waiters.Join(waiter);
            _joined.Add(handle);
        }
    }

    public override void Leave(FetchWaiter waiter)
    {
        foreach (PartitionHandle partition in _joined) partition.Waiters.Leave(waiter);
        _joined.Clear();
    }
}
