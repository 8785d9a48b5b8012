using System.Collections.Immutable;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>Who a controller is, and by what it decides.</summary>
/// <param name="Node">The node that it runs on.</param>
/// <param name="BrokerIncarnation">What that node's process registers under as a broker; empty if it is none.</param>
/// <param name="InitialVoters">The voters that may form a cluster together; none on a node that joins one.</param>
/// <param name="NewClusterId">The cluster's id if one is to be formed.</param>
/// <param name="NewIncarnation">A new identity for each candidacy; no two share one.</param>
public sealed record ControllerCoreSettings(
    NodeId Node,
    Guid BrokerIncarnation,
    ImmutableArray<NodeId> InitialVoters,
    string NewClusterId,
    ControllerPolicy Policy,
    Random Random,
    Func<Guid> NewIncarnation)
{
    /// <summary>How often the owner says that time has passed.</summary>
    public TimeSpan TickInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a broker is heard when all is well.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A broker that is not heard for so long is taken for dead.</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromMilliseconds(2500);

    /// <summary>A write or sync that takes longer is a failed disk.</summary>
    public TimeSpan DiskStallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Without an answer of a majority of the voters for so long it gives up.</summary>
    public TimeSpan QuorumLossTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public int MaxEntriesBetweenSnapshots { get; init; } = 10_000;

    /// <summary>Where the node's own copy of the metadata log is; for people.</summary>
    public string MetadataPath { get; init; } = "";

    internal long TicksOfPatience => (long)(QuorumLossTimeout / TickInterval);
}
