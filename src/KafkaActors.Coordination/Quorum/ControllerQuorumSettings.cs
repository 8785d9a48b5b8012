using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>Who a controller is and what it starts from.</summary>
/// <param name="Incarnation">This start of the controller; no two starts share one.</param>
/// <param name="InitialVoters">The configured voters; only used to find the log, and to form a cluster without
/// one.</param>
/// <param name="NewClusterId">The cluster id if a cluster is to be formed.</param>
/// <param name="SnapshotEvery">How many committed entries may gather in memory before a snapshot replaces them.</param>
public sealed record ControllerQuorumSettings(
    NodeId Node, Guid Incarnation, ImmutableArray<NodeId> InitialVoters, string NewClusterId, int SnapshotEvery)
{
    /// <summary>After so many ticks an answer to a request proves nothing of today.</summary>
    public long Window { get; init; } = 20;
}
