using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>A registered broker.</summary>
/// <param name="Epoch">This registration: the offset at which it was committed.</param>
/// <param name="IsFenced">It leads nothing and clients are not told of it.</param>
public sealed record BrokerImage(
    NodeId Node,
    BrokerEpoch Epoch,
    Guid Incarnation,
    string BootId,
    string AkkaAddress,
    BrokerRoles Roles,
    bool IsFenced,
    bool IsInControlledShutdown,
    ImmutableArray<DirectoryId> Directories,
    ImmutableArray<BrokerEndpoint> Listeners)
{
    /// <summary>Whether partitions may be placed on it and led by it.</summary>
    public bool IsActive => !IsFenced && !IsInControlledShutdown && Roles.HasFlag(BrokerRoles.Broker);
}
