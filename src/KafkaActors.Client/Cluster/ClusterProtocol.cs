using Akka.Actor;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Cluster;

/// <summary>What is asked of the <see cref="ClusterActor"/>. Stays inside this client's ActorSystem.</summary>
internal static class ClusterProtocol
{
    /// <summary>Told to the client's guardian, which hands it on.</summary>
    public interface IRequest : INoSerializationVerificationNeeded;

    /// <summary>
    /// The sender wants to be told of these topics, in addition to those it named before, until it stops: it gets
    /// every <see cref="MetadataChanged"/> and <see cref="MetadataFailed"/>.
    /// </summary>
    public sealed record Track(IReadOnlyList<string> Topics, bool AllowAutoTopicCreation) : IRequest;

    /// <summary>The sender wants to be told of every topic there is, as well as of those it names.</summary>
    public sealed record TrackAll(bool Wanted) : IRequest;

    /// <summary>The sender does not want to be told of these topics any more.</summary>
    public sealed record Untrack(IReadOnlyCollection<string> Topics) : IRequest;

    /// <summary>Something showed that the metadata is old. Many at a time cost one question.</summary>
    public sealed class Refresh : IRequest
    {
        public static readonly Refresh Instance = new();
    }

    /// <summary>A node that does not lead the partition said who does (KIP-951).</summary>
    public sealed record LeaderMoved(TopicPartition Partition, NodeId Leader, LeaderEpoch Epoch) : IRequest;

    public sealed record MetadataChanged(ClusterMetadata Metadata) : INoSerializationVerificationNeeded;

    public sealed record MetadataFailed(ErrorCode Error, string Message) : INoSerializationVerificationNeeded;

    /// <summary>One request to any node, answered by <see cref="ConnectionProtocol.Answered"/>.</summary>
    public sealed record AskAny(object Tag, IRequestMessage Request, TimeSpan Timeout) : IRequest;
}
