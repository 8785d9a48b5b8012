using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Which partitions a fetch looks at, and what it tells of them: those of the request itself, or of its session. Used
/// by one <see cref="FetchCall"/>, one look at a time; an answer is to the last look.
/// </summary>
internal abstract class FetchScope
{
    /// <param name="isDue">Whether it is to be answered whatever is found.</param>
    /// <returns>The partitions to look at now, in the order in which they share the bytes.</returns>
    public abstract IReadOnlyList<FetchedPartition> Look(out bool isDue);

    /// <param name="reads">What the last look found, in its order; the answer lets go of what it does not send.</param>
    public abstract FetchResponse Answer(IReadOnlyList<PartitionRead> reads);

    /// <summary>From here on what changes in a partition wakes the waiter.</summary>
    public abstract void Join(FetchWaiter waiter);

    /// <summary>The fetch is over. Also of one that has not joined.</summary>
    public abstract void Leave(FetchWaiter waiter);
}
