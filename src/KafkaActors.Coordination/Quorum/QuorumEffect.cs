using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>What a controller's owner has to do.</summary>
public abstract record QuorumEffect
{
    /// <summary>To the voter on that node; it may get lost.</summary>
    public sealed record Send(NodeId To, QuorumProtocol.IRequest Message) : QuorumEffect;

    /// <summary>These are on disk at a majority: nodes may apply them, and their proposers may be answered.</summary>
    public sealed record Committed(ImmutableArray<MetadataEntry> Entries) : QuorumEffect;

    /// <summary>An entry of the own epoch is committed: from now on the controller may answer.</summary>
    public sealed record Serving(int Epoch) : QuorumEffect;

    /// <summary>This controller is over. What it proposed and was not told of has an unknown outcome.</summary>
    public sealed record Resigned(string Reason) : QuorumEffect;
}
