using System.Collections.Immutable;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// What each event does to an image. Events were judged before they were committed; one that does not fit is a bug or
/// a foreign log, and is refused loudly instead of being half applied.
/// </summary>
internal static class MetadataReplay
{
    public static MetadataImage Apply(MetadataImage image, MetadataEvent item, MetadataOffset offset)
    {
        MetadataImage next = item switch
        {
            ClusterFormed e => Form(image, e),
            VotersChanged e => image with { Voters = e.Voters },
            ControllerStarted e => image with { Controller = e.Node, ControllerEpoch = e.ControllerEpoch },
            BrokerRegistered e => Register(image, e, offset),
            BrokerFenced e => ChangeBroker(image, e.Node, e.Epoch, b => b with { IsFenced = true }),
            BrokerUnfenced e => ChangeBroker(image, e.Node, e.Epoch, b => Unfence(image, b)),
            BrokerSessionGranted e =>
                ChangeBroker(image, e.Node, e.Epoch, b => b with { UnheardGrants = e.UnheardGrants }),
            BrokerShutdownStarted e =>
                ChangeBroker(image, e.Node, e.Epoch, b => b with { IsInControlledShutdown = true }),
            BrokerUnregistered e => image with { Brokers = image.Brokers.Remove(e.Node) },
            TopicCreated e => Create(image, e),
            TopicDeleted e => Delete(image, e),
            DeletedTopicKept e =>
                image with { DeletedTopicIds = image.DeletedTopicIds.With(e.Topic, e.DeletedAtMs, 0) },
            PartitionAdded e => Add(image, e),
            PartitionChanged e => Change(image, e),
            ConfigChanged e => Configure(image, e),
            ProducerIdBlockAllocated e => image with { NextProducerId = e.NextProducerId },
            CoordinatorStarted e => StartCoordinator(image, e),
            MetadataVersionChanged e => ChangeVersion(image, e, offset),
            Unknown e => throw new UnsupportedMetadataException(offset, e.ToString()),
            _ => throw new InvalidOperationException($"{item.GetType()} cannot be applied."),
        };
        return next with { Offset = offset };
    }

    private static MetadataImage Form(MetadataImage image, ClusterFormed e)
    {
        if (image.IsFormed && image.ClusterId != e.ClusterId)
            throw new InvalidOperationException($"Cluster {image.ClusterId} is formed again as {e.ClusterId}.");
        return image with { ClusterId = e.ClusterId, Voters = e.Voters };
    }

    // The level stands before what it allows: an older node stops here, before it meets what it cannot read.
    private static MetadataImage ChangeVersion(MetadataImage image, MetadataVersionChanged e, MetadataOffset offset)
    {
        if (!MetadataVersion.Supported.Contains(e.Version))
            throw new UnsupportedMetadataException(offset, $"metadata.version {e.Version}");
        return image with { MetadataVersion = e.Version };
    }

    private static MetadataImage Register(MetadataImage image, BrokerRegistered e, MetadataOffset offset)
    {
        BrokerEpoch epoch = e.Epoch == BrokerEpoch.None ? new BrokerEpoch(offset.Value) : e.Epoch;
        var broker = new BrokerImage(
            e.Node, epoch, e.Incarnation, e.BootId, e.AkkaAddress, e.Roles, e.IsFenced, e.IsInControlledShutdown,
            e.Directories, e.Listeners)
        {
            Rack = e.Rack,
            StoredEpoch = e.StoredEpoch,
            WasCleanShutdown = e.WasCleanShutdown,
            AkkaUid = e.AkkaUid,
            Versions = e.Versions,
            IsSuspect = e.IsSuspect,
        };
        return image with { Brokers = image.Brokers.SetItem(e.Node, broker) };
    }

    // It has noted its registration before, and writes under it from here on.
    private static BrokerImage Unfence(MetadataImage image, BrokerImage broker) => broker with
    {
        IsFenced = false,
        UnheardGrants = 0,
        StoredEpoch = image.MetadataVersion >= MetadataVersion.ReplicaStatesKept ? broker.Epoch : broker.StoredEpoch,
    };

    private static MetadataImage ChangeBroker(
        MetadataImage image, NodeId node, BrokerEpoch epoch, Func<BrokerImage, BrokerImage> change)
    {
        if (!image.Brokers.TryGetValue(node, out BrokerImage? broker) || broker.Epoch != epoch)
            throw new InvalidOperationException($"Broker {node} is not registered under epoch {epoch}.");
        return image with { Brokers = image.Brokers.SetItem(node, change(broker)) };
    }

    private static MetadataImage StartCoordinator(MetadataImage image, CoordinatorStarted e) => image with
    {
        Coordinators = image.Coordinators.SetItem(e.Topic, new CoordinatorImage(e.Node, e.Epoch)),
    };

    private static MetadataImage Create(MetadataImage image, TopicCreated e) => image with
    {
        Topics = image.Topics.Add(e.Topic, new TopicImage(e.Topic, e.Name, [])),
        TopicIds = image.TopicIds.Add(e.Name, e.Topic),
    };

    private static MetadataImage Delete(MetadataImage image, TopicDeleted e)
    {
        if (!image.Topics.TryGetValue(e.Topic, out TopicImage? topic))
            throw new InvalidOperationException($"Topic {e.Topic} is deleted and does not exist.");
        ImmutableDictionary<NodeId, ImmutableHashSet<TopicIdPartition>> hosted = image.Hosted;
        foreach (PartitionImage partition in topic.Partitions) hosted = Unhost(hosted, partition);
        return image with
        {
            Topics = image.Topics.Remove(e.Topic),
            TopicIds = image.TopicIds.Remove(topic.Name),
            Configs = image.Configs.Remove(ConfigResource.Topic(topic.Name)),
            Hosted = hosted,
            DeletedTopicIds = image.DeletedTopicIds.With(e.Topic, e.DeletedAtMs, e.ForgottenBeforeMs),
        };
    }

    private static MetadataImage Add(MetadataImage image, PartitionAdded e)
    {
        if (!image.Topics.TryGetValue(e.Partition.TopicId, out TopicImage? topic)
            || topic.Partitions.Count != e.Partition.Partition)
            throw new InvalidOperationException($"Partition {e.Partition} is not the next of its topic.");
        var partition = new PartitionImage(
            e.Partition, e.Replicas, e.Leader, e.LeaderEpoch, e.PartitionEpoch, e.Isr, e.EligibleLeaders)
        {
            States = e.States,
        };
        topic = topic with { Partitions = topic.Partitions.Add(partition) };
        return image with
        {
            Topics = image.Topics.SetItem(topic.Id, topic),
            Hosted = Host(image.Hosted, partition),
        };
    }

    private static MetadataImage Change(MetadataImage image, PartitionChanged e)
    {
        PartitionImage before = image.Partition(e.Partition)
            ?? throw new InvalidOperationException($"Partition {e.Partition} changes and does not exist.");
        if (e.PartitionEpoch != before.PartitionEpoch.Next() || e.LeaderEpoch < before.LeaderEpoch)
            throw new InvalidOperationException($"An epoch of partition {e.Partition} does not follow its last.");
        PartitionImage after = before with
        {
            Leader = e.Leader,
            LeaderEpoch = e.LeaderEpoch,
            PartitionEpoch = e.PartitionEpoch,
            Isr = e.Isr,
            EligibleLeaders = e.EligibleLeaders,
            Replicas = e.Replicas.IsEmpty ? before.Replicas : e.Replicas,
            States = e.States,
        };
        TopicImage topic = image.Topics[e.Partition.TopicId];
        topic = topic with { Partitions = topic.Partitions.SetItem(e.Partition.Partition, after) };
        return image with
        {
            Topics = image.Topics.SetItem(topic.Id, topic),
            Hosted = e.Replicas.IsEmpty ? image.Hosted : Host(Unhost(image.Hosted, before), after),
        };
    }

    private static MetadataImage Configure(MetadataImage image, ConfigChanged e)
    {
        ImmutableSortedDictionary<string, string> configs = image.ConfigsOf(e.Resource);
        configs = e.Value is null ? configs.Remove(e.Name) : configs.SetItem(e.Name, e.Value);
        return image with
        {
            Configs = configs.IsEmpty ? image.Configs.Remove(e.Resource) : image.Configs.SetItem(e.Resource, configs),
        };
    }

    private static ImmutableDictionary<NodeId, ImmutableHashSet<TopicIdPartition>> Host(
        ImmutableDictionary<NodeId, ImmutableHashSet<TopicIdPartition>> hosted, PartitionImage partition)
    {
        foreach (NodeId node in partition.Replicas)
            hosted = hosted.SetItem(node, (hosted.GetValueOrDefault(node) ?? []).Add(partition.Id));
        return hosted;
    }

    private static ImmutableDictionary<NodeId, ImmutableHashSet<TopicIdPartition>> Unhost(
        ImmutableDictionary<NodeId, ImmutableHashSet<TopicIdPartition>> hosted, PartitionImage partition)
    {
        foreach (NodeId node in partition.Replicas)
        {
            ImmutableHashSet<TopicIdPartition> rest = hosted[node].Remove(partition.Id);
            hosted = rest.IsEmpty ? hosted.Remove(node) : hosted.SetItem(node, rest);
        }

        return hosted;
    }
}
