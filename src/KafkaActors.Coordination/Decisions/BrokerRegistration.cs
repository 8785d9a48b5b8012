using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>What a node says of itself when it registers.</summary>
/// <param name="ClusterId">Of its directories' <c>meta.properties</c>; empty on a node that was never in a
/// cluster.</param>
/// <param name="Incarnation">This start of its process.</param>
/// <param name="PreviousEpoch">The broker epoch its directories last saw, or none.</param>
public sealed record BrokerRegistration(
    NodeId Node,
    string ClusterId,
    Guid Incarnation,
    string BootId,
    string AkkaAddress,
    BrokerRoles Roles,
    BrokerEpoch PreviousEpoch,
    ImmutableArray<DirectoryId> Directories,
    ImmutableArray<BrokerEndpoint> Listeners);
