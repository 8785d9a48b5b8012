using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Quorum;

/// <summary>A node that keeps the metadata log.</summary>
/// <param name="LogEndOffset">The offset after its last entry; -1 while that is not known.</param>
/// <param name="LastFetch">When the leader last heard it, by the leader's clock; null for the leader itself.</param>
/// <param name="LastCaughtUp">When it last held all that there was; null while it never did.</param>
/// <param name="Endpoints">As in <c>PLAINTEXT://host:9092</c>; none of an observer.</param>
public sealed record QuorumMemberDescription(
    NodeId Node,
    DirectoryId Directory,
    long LogEndOffset,
    DateTimeOffset? LastFetch,
    DateTimeOffset? LastCaughtUp,
    IReadOnlyList<string> Endpoints);
