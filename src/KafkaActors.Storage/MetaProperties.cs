using KafkaActors.Protocol;

namespace KafkaActors.Storage;

/// <summary>Whose data directory this is: the content of <c>meta.properties</c>.</summary>
/// <param name="ClusterId">Null until the node has joined a cluster.</param>
/// <param name="BrokerEpoch">The last registration that the directory's node was given.</param>
/// <param name="BootId">The kernel's boot id when the directory was last used; null where there is none.</param>
public sealed record MetaProperties(
    string? ClusterId, NodeId NodeId, DirectoryId DirectoryId, BrokerEpoch BrokerEpoch, string? BootId);
