using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>What a node says of itself when it registers.</summary>
/// <param name="ClusterId">Of its directories' <c>meta.properties</c>; empty on a node that was never in a
/// cluster.</param>
/// <param name="Incarnation">This start of its process.</param>
/// <param name="StoredEpoch">
/// The registration that every one of its directories had noted when it started; none when they differ or are new.
/// </param>
public sealed record BrokerRegistration(
    NodeId Node,
    string ClusterId,
    Guid Incarnation,
    string BootId,
    string AkkaAddress,
    BrokerRoles Roles,
    BrokerEpoch StoredEpoch,
    ImmutableArray<DirectoryId> Directories,
    ImmutableArray<BrokerEndpoint> Listeners)
{
    /// <summary>Whether its directories were left by a clean shutdown.</summary>
    public bool WasCleanShutdown { get; init; }

    /// <summary><c>broker.rack</c>, or null.</summary>
    public string? Rack { get; init; }

    /// <summary>Of its cluster member, <c>UniqueAddress.Uid</c>.</summary>
    public int AkkaUid { get; init; }

    /// <summary>The levels of the metadata that its software knows.</summary>
    public MetadataVersionRange Versions { get; init; } = MetadataVersion.Supported;
}
