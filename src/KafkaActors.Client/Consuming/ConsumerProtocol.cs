using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// How an application's actor reads records: it talks to a <see cref="ConsumerActor"/> started from
/// <see cref="KafkaActorsClient.ConsumerProps"/> and gets what it has asked for with <see cref="Pull"/>, never more.
/// The owner is watched: when it stops, the consumer does, and leaves its group at once.
/// <code>
/// Pull          -> Records, one or more, as the records come; PartitionFailed where one cannot be read
/// Subscribe     -> PartitionsAssigned, PartitionsRevoked, PartitionsLost whenever the group rebalances, to the owner;
///                  SubscriptionFailed when the group refuses this consumer for good
/// Commit        -> Committed
/// GetPositions  -> Positions
/// GetLags       -> Lags
/// the others are not answered
/// </code>
/// With <c>enable.auto.commit</c>, a pull says that the owner is done with all records given out before: those are
/// committed. An owner that pulls before it is done commits by itself.
/// </summary>
public static class ConsumerProtocol
{
    /// <summary>
    /// Joins the group <c>group.id</c> and reads whatever of these topics it is given; ends a former subscription or
    /// assignment. Demand that is open stays.
    /// </summary>
    /// <param name="ConfirmsRevocation">The owner answers each <see cref="PartitionsRevoked"/>.</param>
    public sealed record Subscribe(TopicSubscription Topics, bool ConfirmsRevocation = false) : IClientCommand;

    /// <summary>Leaves the group; what it was given is revoked first.</summary>
    public sealed record Unsubscribe : IClientCommand
    {
        public static readonly Unsubscribe Instance = new();
    }

    /// <summary>
    /// These are read too from now on, from where the group has committed; a seek counts. Also told, with none, when a
    /// rebalance is over that gave the consumer nothing new.
    /// </summary>
    public sealed record PartitionsAssigned(IReadOnlyList<TopicPartition> Partitions) : IClientReply;

    /// <summary>
    /// These will be given to others. No more records of them come, those that came can still be committed: until the
    /// <see cref="ConfirmRevoked"/> of an owner that confirms, for which those wait who get them, and in an eager
    /// classic group all members, at the longest <c>max.poll.interval.ms</c>; else only with what the owner has sent
    /// before this reaches it.
    /// </summary>
    public sealed record PartitionsRevoked(int Id, IReadOnlyList<TopicPartition> Partitions) : IClientReply;

    /// <summary>The owner is done with the records of these partitions.</summary>
    public sealed record ConfirmRevoked(int Id) : IClientCommand;

    /// <summary>
    /// These belong to others already, because the group took this consumer for dead: commits of them fail.
    /// </summary>
    public sealed record PartitionsLost(IReadOnlyList<TopicPartition> Partitions) : IClientReply;

    /// <summary>The subscription is over. Another one may be tried.</summary>
    public sealed record SubscriptionFailed(ErrorCode Error, string Message) : IClientReply;

    /// <summary>Commits are made in the order they come; errors that pass are waited out.</summary>
    /// <param name="Offsets">Null for what was given out, in every partition.</param>
    public sealed record Commit(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata>? Offsets = null, object? Tag = null) : IClientCommand;

    /// <param name="Errors">Of the partitions that were not committed; empty when all were.</param>
    public sealed record Committed(object? Tag, IReadOnlyDictionary<TopicPartition, ErrorCode> Errors) : IClientReply;

    /// <summary>Reads these partitions and no others; ends a subscription. Demand that is open stays.</summary>
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

    public sealed record GetLags(object? Tag = null) : IClientCommand;

    /// <param name="Offsets">
    /// How many there are between the position and the high watermark; -1 while one of them is not known.
    /// </param>
    public sealed record Lags(object? Tag, IReadOnlyDictionary<TopicPartition, long> Offsets) : IClientReply;

    /// <summary>Commits, where that is automatic, leaves the group, and stops the actor.</summary>
    public sealed record Close : IClientCommand
    {
        public static readonly Close Instance = new();
    }
}
