using KafkaActors.Protocol;

namespace KafkaActors.Client.Producing;

/// <summary>
/// How an application's actors send records: they talk to a <see cref="ProducerActor"/> started from
/// <see cref="KafkaActorsClient.ProducerProps"/>. Every command is answered to its sender; a tag goes back as it came.
/// <code>
/// Send     -> Sent | Failed          once it is stored as acks asks for, or given up; BufferFull may come before
/// SendAll  -> SentAll                once that is so of every record
/// Flush    -> Flushed
/// Close    -> Closed                 then the actor stops
/// </code>
/// Records of one sender to one partition are stored in the order they were told.
/// </summary>
public static class ProducerProtocol
{
    public sealed record Send(ProducerRecord Record, object? Tag = null) : IClientCommand;

    public sealed record SendAll(IReadOnlyList<ProducerRecord> Records, object? Tag = null) : IClientCommand;

    /// <param name="Offset">-1 with <c>acks=0</c>, and for a duplicate that the leader no longer knows.</param>
    /// <param name="TimestampMs">The producer's, or the append time where the topic is configured so.</param>
    public sealed record Sent(object? Tag, TopicPartition Partition, long Offset, long TimestampMs) : IClientReply;

    /// <summary>The record was not stored, as far as is known.</summary>
    /// <param name="Partition">Its partition is -1 when none was chosen.</param>
    public sealed record Failed(object? Tag, TopicPartition Partition, ErrorCode Error, string Message) : IClientReply;

    /// <param name="Deliveries">One for each record, in their order; some may hold an error.</param>
    public sealed record SentAll(object? Tag, IReadOnlyList<Delivery> Deliveries) : IClientReply;

    /// <summary>
    /// A record of the receiver waits for room in <c>buffer.memory</c> or for its topic's metadata, at most
    /// <c>max.block.ms</c>: send no more before <see cref="Ready"/>. A bounded number of records that are sent all the
    /// same wait in line, the rest fail with <see cref="ErrorCode.ThrottlingQuotaExceeded"/>.
    /// </summary>
    public sealed record BufferFull : IClientReply
    {
        public static readonly BufferFull Instance = new();
    }

    /// <summary>Follows each <see cref="BufferFull"/>: nothing waits any more.</summary>
    public sealed record Ready : IClientReply
    {
        public static readonly Ready Instance = new();
    }

    /// <summary>Nothing that was sent before lingers.</summary>
    public sealed record Flush(object? Tag = null) : IClientCommand;

    /// <summary>Every record that was in the buffer when the flush began is stored or has failed.</summary>
    public sealed record Flushed(object? Tag) : IClientReply;

    /// <summary>
    /// Takes no more records, waits for those in the buffer, fails those in line, and stops the actor.
    /// </summary>
    public sealed record Close(object? Tag = null) : IClientCommand;

    public sealed record Closed(object? Tag) : IClientReply;
}
