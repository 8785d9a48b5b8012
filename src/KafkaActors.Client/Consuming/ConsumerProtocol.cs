using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// How an application's actor reads records: it talks to a <see cref="ConsumerActor"/> started from
/// <see cref="KafkaActorsClient.ConsumerProps"/> and gets what it has asked for with <see cref="Pull"/>, never more.
/// The owner is watched: when it stops, the consumer does.
/// <code>
/// Pull          -> Records, one or more, as the records come; PartitionFailed where one cannot be read
/// GetPositions  -> Positions
/// the others are not answered
/// </code>
/// </summary>
public static class ConsumerProtocol
{
    /// <summary>Reads these partitions and no others. Demand that is open stays.</summary>
    public sealed record Assign(IReadOnlyCollection<TopicPartitionStart> Partitions) : IClientCommand;

    /// <summary>Reads nothing any more.</summary>
    public sealed record Unassign : IClientCommand
    {
        public static readonly Unassign Instance = new();
    }

    /// <summary>Goes on elsewhere: at an offset, a time, the beginning or the end. Ends a failure as well.</summary>
    public sealed record Seek(TopicPartition Partition, StartOffset Start) : IClientCommand;

    /// <summary>No records of this partition until <see cref="Resume"/>.</summary>
    public sealed record Pause(TopicPartition Partition) : IClientCommand;

    public sealed record Resume(TopicPartition Partition) : IClientCommand;

    /// <summary>So many records more; demand adds up.</summary>
    /// <param name="MaxRecords">At least one.</param>
    public sealed record Pull(int MaxRecords) : IClientCommand;

    /// <summary>
    /// Goes to the owner. What is here is given out at once, in groups of at most <c>max.poll.records</c>.
    /// </summary>
    public sealed record Records(IReadOnlyList<FetchedRecord> Items) : IClientReply;

    /// <summary>
    /// Goes to the owner, in the place of the partition's records; other partitions go on. Uses up no demand.
    /// </summary>
    public sealed record PartitionFailed(TopicPartition Partition, ErrorCode Error, string Message) : IClientReply;

    public sealed record GetPositions(object? Tag = null) : IClientCommand;

    /// <param name="Offsets">After the last record given out; -1 while it is being looked up.</param>
    public sealed record Positions(object? Tag, IReadOnlyDictionary<TopicPartition, long> Offsets) : IClientReply;

    /// <summary>Stops the actor.</summary>
    public sealed record Close : IClientCommand
    {
        public static readonly Close Instance = new();
    }
}
