using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Partitions;

/// <summary>Base of fixtures that give metadata to a replica manager over real logs.</summary>
public abstract class ReplicaManagerTest : PartitionTest
{
    /// <summary>The process that these fixtures are.</summary>
    internal static readonly Guid Incarnation = new(7, 7, 7, new byte[8]);

    internal MetadataImage Image { get; set; } =
        MetadataImage.Empty.Apply(Registered(Self, Incarnation, at: 0), new MetadataOffset(0));

    /// <summary>A process registers as the node's broker and is unfenced, in the entry at the offset.</summary>
    internal static MetadataEvent[] Registered(NodeId node, Guid incarnation, long at) =>
    [
        new MetadataEvent.BrokerRegistered(
            node, BrokerEpoch.None, incarnation, "boot", $"akka://{node}", BrokerRoles.Broker, true, false, [], []),
        new MetadataEvent.BrokerUnfenced(node, new BrokerEpoch(at)),
    ];

    internal IActorRef StartReplicas()
    {
        var settings = new ReplicaManagerSettings(
            Self, 2, 2, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100))
        {
            Incarnation = Incarnation,
            Cleaner = new CleanerSettings
            {
                IsEnabled = true,
                Threads = 2,
                KeyMapBytes = 1 << 20,
                KeyMapLoadFactor = 0.9,
                MaxBytesPerSecond = double.MaxValue,
                Backoff = TimeSpan.FromMilliseconds(1),
            },
        };
        var strays = new StrayPartitions([Directory], TimeSpan.FromDays(1), TimeProvider.System, Log);
        var directories = new LogDirectories([Directory], strays);
        var topics = new TopicLogSettings(TopicConfigDefaults.Kafka, Self);
        IActorRef region = Sys.ActorOf(Props.Create(() => new LocalRegion()));
        return Sys.ActorOf(
            Props.Create(() => new ReplicaManager(
                settings, directories, topics, region, Controller.Ref, TimeProvider.System)));
    }

    internal TopicIdPartition Create(IActorRef replicas, string topic, NodeId leader) =>
        Create(replicas, topic, leader, new TopicIdPartition(TopicId.NewRandom(), 0));

    internal TopicIdPartition Create(IActorRef replicas, string topic, NodeId leader, TopicIdPartition id)
    {
        Publish(
            replicas,
            new MetadataEvent.TopicCreated(id.TopicId, topic),
            new MetadataEvent.PartitionAdded(
                id, [Self], leader, new LeaderEpoch(0), new PartitionEpoch(0), [Self], []));
        return id;
    }

    internal void Change(IActorRef replicas, TopicIdPartition id, NodeId leader, int epoch) => Publish(
        replicas,
        new MetadataEvent.PartitionChanged(
            id, leader, new LeaderEpoch(epoch), Image.Partition(id)!.PartitionEpoch.Next(), [Self], []));

    internal void Publish(IActorRef replicas, params MetadataEvent[] events)
    {
        MetadataImage before = Image;
        Image = before.Apply(events, before.Offset.Next());
        replicas.Tell(new MetadataFollowerProtocol.MetadataChanged(MetadataDelta.Between(before, Image)));
    }

    internal async Task<PartitionHandle> Led(TopicIdPartition id, int epoch)
    {
        await Eventually.True(
            () => Partitions.TryGet(id, out PartitionHandle? found) && found.Route?.Epoch == new LeaderEpoch(epoch),
            $"{id} is led under epoch {epoch}");
        Partitions.TryGet(id, out PartitionHandle? partition);
        return partition!;
    }
}
