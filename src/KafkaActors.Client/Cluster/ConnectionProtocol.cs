using Akka.Actor;
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
    /// One request of Kafka's, sent in the highest version that this client and the node know. Nobody writes to it any
    /// more but the connection, which cuts down what a fetch asks for to what its window has left.
    /// </summary>
    public sealed record Ask(object Tag, IRequestMessage Request, TimeSpan Timeout) : IRequest;

    /// <param name="Response">Null with an error: what became of the request is not known. Of a Produce with acks=0 it
    /// is empty, once the node has it.</param>
    /// <param name="Version">The one that request and response have; what the response cannot say in it has its
    /// default.</param>
    public sealed record Answered(
        object Tag, IResponseMessage? Response, short Version, ErrorCode Error, string? Message)
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
}
