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
    /// <inheritdoc cref="MetadataEvent.BrokerRegistered.Rack"/>
    public string? Rack { get; init; }

    /// <summary>
    /// The registration that its directories must have noted: what they had when the process started, and this one from
    /// its first unfencing on, since it writes under it only then.
    /// </summary>
    public BrokerEpoch StoredEpoch { get; init; } = BrokerEpoch.None;

    /// <inheritdoc cref="MetadataEvent.BrokerRegistered.WasCleanShutdown"/>
    public bool WasCleanShutdown { get; init; }

    /// <inheritdoc cref="MetadataEvent.BrokerRegistered.AkkaUid"/>
    public int AkkaUid { get; init; }

    public MetadataVersionRange Versions { get; init; }

    /// <inheritdoc cref="MetadataEvent.BrokerRegistered.IsSuspect"/>
    public bool IsSuspect { get; init; }

    /// <inheritdoc cref="MetadataEvent.BrokerSessionGranted"/>
    public int UnheardGrants { get; init; }

    /// <summary>Whether partitions may be placed on it and led by it.</summary>
    public bool IsActive => !IsFenced && !IsInControlledShutdown && Roles.HasFlag(BrokerRoles.Broker);
}
