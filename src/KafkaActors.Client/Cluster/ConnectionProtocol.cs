using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Cluster;

/// <summary>
/// What producers, consumers and administration ask of a <see cref="NodeConnection"/>. Stays inside this client's
/// ActorSystem. Every request is answered once, at the latest after its timeout; a tag goes back as it came.
/// </summary>
internal static class ConnectionProtocol
{
    public interface IRequest : INoSerializationVerificationNeeded;

    /// <summary>
    /// One request of Kafka's, in the highest version that this client and the node know. Nobody writes to it any more.
    /// </summary>
    public sealed record Ask(object Tag, IRequestMessage Request, TimeSpan Timeout) : IRequest;

    /// <param name="Response">Null with an error: what became of the request is not known.</param>
    /// <param name="Version">The one that request and response have; what the response cannot say in it has its
    /// default.</param>
    public sealed record Answered(
        object Tag, IResponseMessage? Response, short Version, ErrorCode Error, string? Message)
        : INoSerializationVerificationNeeded;

    /// <summary>One message, one answer.</summary>
    public sealed record Call(object Tag, Func<long, ICommand> Command, TimeSpan Timeout) : IRequest;

    /// <param name="Reply">Null with an error.</param>
    public sealed record Called(object Tag, IReply? Reply, ErrorCode Error, string? Message)
        : INoSerializationVerificationNeeded;

    /// <summary>
    /// What is to be sent to this node when the sender has stopped, however it did: it is watched. Replaces what the
    /// sender said before; null revokes it. Nobody gets the answer.
    /// </summary>
    public sealed record LastWill(IRequestMessage? Request) : INoSerializationVerificationNeeded;

    /// <summary>The node is not of the cluster any more: ends the connection, and no last will with it.</summary>
    public sealed class Retire : INoSerializationVerificationNeeded
    {
        public static readonly Retire Instance = new();
    }

    /// <param name="Bytes">A whole batch. The connection reads it until the answer, and never writes it.</param>
    /// <param name="Timeout">For the ISR; the request itself is given a little longer.</param>
    public sealed record SendBatch(
        object Tag,
        TopicIdPartition Partition,
        LeaderEpoch LeaderEpoch,
        Acks Acks,
        TimeSpan Timeout,
        ReadOnlyMemory<byte> Bytes) : IRequest;

    /// <param name="Answer">Null when the node did not answer: what became of the batch is not known.</param>
    public sealed record BatchAnswered(
        object Tag, ProduceProtocol.Appended? Answer, ErrorCode Error, string? Message)
        : INoSerializationVerificationNeeded;

    /// <param name="MaxBytes">Cut down to what the fetch window has left.</param>
    public sealed record StartFetch(
        object Tag,
        TimeSpan MaxWait,
        int MinBytes,
        int MaxBytes,
        IsolationLevel Isolation,
        IReadOnlyList<FetchProtocol.PartitionPosition> Partitions,
        TimeSpan Timeout) : IRequest;

    /// <summary>A <see cref="FetchProtocol.Data"/> or <see cref="FetchProtocol.Chunk"/> as it arrived.</summary>
    public sealed record Fetched(object Tag, IReply Part) : INoSerializationVerificationNeeded;

    public sealed record FetchEnded(object Tag, ErrorCode Error, string? Message)
        : INoSerializationVerificationNeeded;
}
