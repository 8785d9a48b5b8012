using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// The committed level of what the metadata may hold, Kafka's feature <c>metadata.version</c>. What a level adds is
/// written only once the level is committed, and it is raised only when every registered node's software knows it: so
/// no node ever meets an event that it cannot read, unless it runs older software than it registered with.
/// </summary>
public static class MetadataVersion
{
    /// <summary>A log without a level: all that was written before there were levels.</summary>
    public const short Oldest = 0;

    /// <summary>
    /// Registrations with rack, stored epoch, clean flag, Akka uid, versions and suspicion; partitions with
    /// <see cref="ReplicaStates"/> and changes of their replicas; sessions granted; the level itself.
    /// </summary>
    public const short ReplicaStatesKept = 1;

    /// <summary>The newest that this software knows.</summary>
    public const short Newest = ReplicaStatesKept;

    /// <summary>What this software registers.</summary>
    public static MetadataVersionRange Supported { get; } = new(Oldest, Newest);

    /// <summary>The least level at which the event, as it is, may be written.</summary>
    public static short LeastOf(MetadataEvent item) => item switch
    {
        BrokerRegistered e => e.IsPlain ? Oldest : ReplicaStatesKept,
        PartitionAdded e => e.States.IsNone ? Oldest : ReplicaStatesKept,
        PartitionChanged e => e.IsPlain ? Oldest : ReplicaStatesKept,
        MetadataVersionChanged or BrokerSessionGranted or Unknown => ReplicaStatesKept,
        _ => Oldest,
    };

    /// <summary>Whether all of an entry may be written; a raise counts from its place in the entry on.</summary>
    public static bool Allows(short version, IReadOnlyList<MetadataEvent> events)
    {
        foreach (MetadataEvent item in events)
        {
            if (item is MetadataVersionChanged raised) version = raised.Version;
            if (item is Unknown || LeastOf(item) > version) return false;
        }

        return true;
    }

    /// <summary>
    /// The level that all registered nodes know once this one has registered with that range; never less than the
    /// committed one. What registered before there were levels holds it back from nothing: that software speaks another
    /// protocol between nodes, and is not in one cluster with this one.
    /// </summary>
    public static short Common(MetadataImage image, NodeId joining, MetadataVersionRange versions)
    {
        short common = versions.Greatest;
        foreach (BrokerImage broker in image.Brokers.Values)
            if (broker.Node != joining && broker.Versions != default)
                common = Math.Min(common, broker.Versions.Greatest);
        return Math.Max(common, image.MetadataVersion);
    }
}
