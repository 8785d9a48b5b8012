using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// What differs between two images, found from the events between them: a node that acts on it does work in
/// proportion to the change, not to the cluster. <see cref="Between"/> finds the same by comparison, for a node that
/// was given a snapshot instead of events.
/// </summary>
public sealed class MetadataDelta
{
    private readonly HashSet<TopicIdPartition> _partitions = [];
    private readonly HashSet<NodeId> _brokers = [];
    private readonly HashSet<ConfigResource> _configs = [];
    private readonly HashSet<TopicId> _created = [];
    private readonly Dictionary<TopicId, TopicImage> _deleted = [];
    private readonly HashSet<TopicId> _deletedByEvents = [];

    private MetadataDelta(MetadataImage before, MetadataImage after)
    {
        Before = before;
        After = after;
    }

    public MetadataImage Before { get; }

    public MetadataImage After { get; }

    /// <summary>Partitions that are new, changed or gone.</summary>
    public IReadOnlyCollection<TopicIdPartition> ChangedPartitions => _partitions;

    /// <summary>Brokers that are new, changed or gone.</summary>
    public IReadOnlyCollection<NodeId> ChangedBrokers => _brokers;

    public IReadOnlyCollection<ConfigResource> ChangedConfigs => _configs;

    public IReadOnlyCollection<TopicId> CreatedTopics => _created;

    /// <summary>Topics that were in the image before, as they were.</summary>
    public IReadOnlyCollection<TopicImage> DeletedTopics => _deleted.Values;

    /// <summary>
    /// Whether an event says that the topic was deleted. A topic that is merely not in the image any more, as of a
    /// snapshot, may be missing for another reason.
    /// </summary>
    public bool IsKnownDeleted(TopicId topic) =>
        _deletedByEvents.Contains(topic) || After.DeletedTopicIds.Contains(topic);

    /// <param name="entries">Every entry between the two images, in order.</param>
    public static MetadataDelta Of(MetadataImage before, IEnumerable<MetadataEntry> entries, MetadataImage after)
    {
        var delta = new MetadataDelta(before, after);
        foreach (MetadataEntry entry in entries)
            foreach (MetadataEvent item in entry.Events)
                delta.Note(item);
        delta.DropPassing();
        return delta;
    }

    public static MetadataDelta Between(MetadataImage before, MetadataImage after)
    {
        var delta = new MetadataDelta(before, after);
        foreach (TopicImage topic in before.Topics.Values)
            if (!after.Topics.ContainsKey(topic.Id)) delta.NoteDeleted(topic.Id);
        foreach (TopicImage topic in after.Topics.Values) delta.CompareTopic(before.Topic(topic.Id), topic);
        foreach (NodeId node in before.Brokers.Keys.Union(after.Brokers.Keys))
            if (!Equals(before.Broker(node), after.Broker(node))) delta._brokers.Add(node);
        foreach (ConfigResource resource in before.Configs.Keys.Union(after.Configs.Keys))
            if (!before.ConfigsOf(resource).SequenceEqual(after.ConfigsOf(resource))) delta._configs.Add(resource);
        return delta;
    }

    /// <summary>The changed partitions of which the node is or was a replica.</summary>
    public IEnumerable<PartitionTransition> TransitionsOf(NodeId node)
    {
        foreach (TopicIdPartition id in _partitions)
        {
            PartitionImage? before = Before.Partition(id);
            PartitionImage? after = After.Partition(id);
            if (before?.Replicas.Contains(node) == true || after?.Replicas.Contains(node) == true)
                yield return new PartitionTransition(id, before, after);
        }
    }

    /// <summary>
    /// Partitions that the node leads and that did not change, of which a changed broker is a replica: their leader
    /// must hear of the broker's new epoch, or it refuses that follower for ever.
    /// </summary>
    public IEnumerable<PartitionImage> LedWithChangedBrokers(NodeId node)
    {
        var seen = new HashSet<TopicIdPartition>();
        foreach (NodeId broker in _brokers)
            foreach (TopicIdPartition id in After.HostedBy(broker))
                if (!_partitions.Contains(id) && After.Partition(id) is { } partition && partition.Leader == node
                    && seen.Add(id))
                    yield return partition;
    }

    private void Note(MetadataEvent item)
    {
        switch (item)
        {
            case BrokerRegistered e: _brokers.Add(e.Node); break;
            case BrokerFenced e: _brokers.Add(e.Node); break;
            case BrokerUnfenced e: _brokers.Add(e.Node); break;
            case BrokerShutdownStarted e: _brokers.Add(e.Node); break;
            case BrokerUnregistered e: _brokers.Add(e.Node); break;
            case TopicCreated e: _created.Add(e.Topic); break;
            case TopicDeleted e:
                _deletedByEvents.Add(e.Topic);
                NoteDeleted(e.Topic);
                break;
            case PartitionAdded e: _partitions.Add(e.Partition); break;
            case PartitionChanged e: _partitions.Add(e.Partition); break;
            case ConfigChanged e: _configs.Add(e.Resource); break;
            default: break;
        }
    }

    private void NoteDeleted(TopicId id)
    {
        _created.Remove(id);
        if (Before.Topic(id) is not { } topic) return;
        _deleted.Add(id, topic);
        _configs.Add(ConfigResource.Topic(topic.Name));
        foreach (PartitionImage partition in topic.Partitions) _partitions.Add(partition.Id);
    }

    /// <summary>A partition created and deleted between the two images concerns nobody.</summary>
    private void DropPassing() =>
        _partitions.RemoveWhere(id => Before.Partition(id) is null && After.Partition(id) is null);

    private void CompareTopic(TopicImage? before, TopicImage after)
    {
        if (ReferenceEquals(before, after)) return;
        if (before is null) _created.Add(after.Id);
        foreach (PartitionImage partition in after.Partitions)
            if (!ReferenceEquals(partition, Before.Partition(partition.Id))) _partitions.Add(partition.Id);
    }
}
