using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// The cluster as of one metadata offset. Immutable: a change gives another image that shares all it did not touch,
/// so that applying an event costs the same in a large cluster as in a small one. Everything a node decides or
/// answers, it reads here.
/// </summary>
public sealed record MetadataImage
{
    public static MetadataImage Empty { get; } = new();

    private MetadataImage()
    {
    }

    /// <summary>The offset of the last entry applied.</summary>
    public MetadataOffset Offset { get; init; } = MetadataOffset.None;

    /// <summary>Empty until the cluster is formed.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>The committed level of <c>metadata.version</c>.</summary>
    public short MetadataVersion { get; init; }

    public ImmutableArray<Voter> Voters { get; init; } = [];

    public NodeId Controller { get; init; } = NodeId.None;

    public int ControllerEpoch { get; init; }

    public ImmutableDictionary<NodeId, BrokerImage> Brokers { get; init; } =
        ImmutableDictionary<NodeId, BrokerImage>.Empty;

    public ImmutableDictionary<TopicId, TopicImage> Topics { get; init; } =
        ImmutableDictionary<TopicId, TopicImage>.Empty;

    public ImmutableSortedDictionary<string, TopicId> TopicIds { get; init; } =
        ImmutableSortedDictionary.Create<string, TopicId>(StringComparer.Ordinal);

    /// <summary>Topics that are gone because an event says so.</summary>
    public DeletedTopicIds DeletedTopicIds { get; init; } = DeletedTopicIds.None;

    /// <summary>What was set, and only that: defaults are not here.</summary>
    public ImmutableDictionary<ConfigResource, ImmutableSortedDictionary<string, string>> Configs { get; init; } =
        ImmutableDictionary<ConfigResource, ImmutableSortedDictionary<string, string>>.Empty;

    /// <summary>For each node the partitions of which it is a replica.</summary>
    public ImmutableDictionary<NodeId, ImmutableHashSet<TopicIdPartition>> Hosted { get; init; } =
        ImmutableDictionary<NodeId, ImmutableHashSet<TopicIdPartition>>.Empty;

    /// <summary>The first producer id that no broker was given.</summary>
    public long NextProducerId { get; init; }

    /// <summary>The coordinators that have ever started, by the internal topic that they keep their state in.</summary>
    public ImmutableSortedDictionary<string, CoordinatorImage> Coordinators { get; init; } =
        ImmutableSortedDictionary.Create<string, CoordinatorImage>(StringComparer.Ordinal);

    public bool IsFormed => ClusterId.Length > 0;

    public TopicImage? Topic(string name) => TopicIds.TryGetValue(name, out TopicId id) ? Topics[id] : null;

    public TopicImage? Topic(TopicId id) => Topics.GetValueOrDefault(id);

    public PartitionImage? Partition(TopicIdPartition id) =>
        Topics.TryGetValue(id.TopicId, out TopicImage? topic) && topic.Has(id.Partition)
            ? topic.Partitions[id.Partition]
            : null;

    public BrokerImage? Broker(NodeId node) => Brokers.GetValueOrDefault(node);

    /// <summary>
    /// Whether this process of the node leads the partition: the node is its leader, and this is the process that is
    /// registered as the node's broker. What was decided for the node's former process, or is for a later one, is
    /// nothing to it.
    /// </summary>
    public bool IsLedBy(PartitionImage partition, NodeId node, Guid incarnation) =>
        partition.Leader == node && Broker(node) is { IsFenced: false } broker && broker.Incarnation == incarnation;

    /// <returns><see cref="CoordinatorImage.None"/> before the first start.</returns>
    public CoordinatorImage Coordinator(string topic) =>
        Coordinators.TryGetValue(topic, out CoordinatorImage coordinator) ? coordinator : CoordinatorImage.None;

    public IReadOnlyCollection<TopicIdPartition> HostedBy(NodeId node) =>
        Hosted.GetValueOrDefault(node) ?? ImmutableHashSet<TopicIdPartition>.Empty;

    public ImmutableSortedDictionary<string, string> ConfigsOf(ConfigResource resource) =>
        Configs.GetValueOrDefault(resource) ?? ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>The image after the event.</summary>
    /// <exception cref="InvalidOperationException">The event contradicts this image: the log is not ours.</exception>
    /// <exception cref="UnsupportedMetadataException">Newer software wrote the event.</exception>
    public MetadataImage Apply(MetadataEvent item, MetadataOffset offset) => MetadataReplay.Apply(this, item, offset);

    public MetadataImage Apply(IReadOnlyList<MetadataEvent> events, MetadataOffset offset)
    {
        MetadataImage image = this;
        foreach (MetadataEvent item in events) image = MetadataReplay.Apply(image, item, offset);
        return image.Offset == offset ? image : image with { Offset = offset };
    }

    /// <exception cref="MetadataEntryException">It contradicts this image; nothing of it counts.</exception>
    public MetadataImage Apply(MetadataEntry entry)
    {
        MetadataImage image = this;
        foreach (MetadataEvent item in entry.Events)
        {
            try
            {
                image = MetadataReplay.Apply(image, item, entry.Offset);
            }
            catch (InvalidOperationException cause)
            {
                throw new MetadataEntryException(entry, item, cause);
            }
        }

        return image.Offset == entry.Offset ? image : image with { Offset = entry.Offset };
    }
}
