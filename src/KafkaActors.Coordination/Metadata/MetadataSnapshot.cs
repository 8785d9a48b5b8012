using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Metadata;

/// <summary>An image as the events that build it from nothing; what a metadata snapshot holds.</summary>
public static class MetadataSnapshot
{
    public static IReadOnlyList<MetadataEvent> EventsOf(MetadataImage image)
    {
        var events = new List<MetadataEvent>();
        if (image.MetadataVersion > MetadataVersion.Oldest)
            events.Add(new MetadataVersionChanged(image.MetadataVersion));
        if (image.IsFormed) events.Add(new ClusterFormed(image.ClusterId, image.Voters));
        if (image.Controller != NodeId.None) events.Add(new ControllerStarted(image.Controller, image.ControllerEpoch));
        events.AddRange(image.Brokers.Values.OrderBy(broker => broker.Node).Select(Registration));
        events.AddRange(image.Brokers.Values.Where(broker => broker.UnheardGrants > 0).OrderBy(broker => broker.Node)
            .Select(broker => new BrokerSessionGranted(broker.Node, broker.Epoch, broker.UnheardGrants)));
        foreach (TopicId id in image.TopicIds.Values) AddTopic(events, image.Topics[id]);
        events.AddRange(image.DeletedTopicIds.OldestFirst.Select(
            deleted => new DeletedTopicKept(deleted.Topic, deleted.DeletedAtMs)));
        foreach ((ConfigResource resource, var configs) in image.Configs)
            events.AddRange(configs.Select(config => new ConfigChanged(resource, config.Key, config.Value)));
        if (image.NextProducerId > 0)
            events.Add(new ProducerIdBlockAllocated(NodeId.None, BrokerEpoch.None, image.NextProducerId));
        events.AddRange(image.Coordinators.Select(
            started => new CoordinatorStarted(started.Key, started.Value.Node, started.Value.Epoch)));
        return events;
    }

    /// <param name="offset">The offset of the last entry that the snapshot stands for.</param>
    public static MetadataImage Load(IReadOnlyList<MetadataEvent> events, MetadataOffset offset) =>
        MetadataImage.Empty.Apply(events, offset);

    private static BrokerRegistered Registration(BrokerImage broker) => new(
        broker.Node, broker.Epoch, broker.Incarnation, broker.BootId, broker.AkkaAddress, broker.Roles,
        broker.IsFenced, broker.IsInControlledShutdown, broker.Directories, broker.Listeners)
    {
        Rack = broker.Rack,
        StoredEpoch = broker.StoredEpoch,
        WasCleanShutdown = broker.WasCleanShutdown,
        AkkaUid = broker.AkkaUid,
        Versions = broker.Versions,
        IsSuspect = broker.IsSuspect,
    };

    private static void AddTopic(List<MetadataEvent> events, TopicImage topic)
    {
        events.Add(new TopicCreated(topic.Id, topic.Name));
        events.AddRange(topic.Partitions.Select(partition => new PartitionAdded(
            partition.Id, partition.Replicas, partition.Leader, partition.LeaderEpoch, partition.PartitionEpoch,
            partition.Isr, partition.EligibleLeaders)
        {
            States = partition.States,
        }));
    }
}
