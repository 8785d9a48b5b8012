using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;
using static KafkaActors.Coordination.Tests.Metadata.ImageBuilder;

namespace KafkaActors.Coordination.Tests.Metadata;

public sealed class MetadataImageTests
{
    [Test]
    public void A_broker_epoch_is_the_offset_of_the_registration()
    {
        MetadataImage image = new ImageBuilder().Formed().Broker(1, fenced: true).Image;
        Assert.That(image.Broker(new NodeId(1))!.Epoch, Is.EqualTo(new BrokerEpoch(1)));
        Assert.That(image.Broker(new NodeId(1))!.IsFenced, Is.True);
        Assert.That(image.Offset, Is.EqualTo(new MetadataOffset(1)));
    }

    [Test]
    public void A_topic_is_found_by_name_and_by_id_and_its_partitions_by_their_replicas()
    {
        MetadataImage image = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1], [2, 1]).Image;
        Assert.That(image.Topic("t"), Is.SameAs(image.Topic(Id(1))));
        Assert.That(image.HostedBy(new NodeId(1)), Is.EquivalentTo([Partition(1, 0), Partition(1, 1)]));
        Assert.That(image.HostedBy(new NodeId(2)), Is.EquivalentTo([Partition(1, 1)]));
        Assert.That(image.Partition(Partition(1, 2)), Is.Null);
        Assert.That(image.Partition(Partition(1, -1)), Is.Null);
    }

    [Test]
    public void A_deleted_topic_leaves_nothing_behind()
    {
        MetadataImage image = new ImageBuilder().Broker(1).Topic(1, "t", [1])
            .With(new ConfigChanged(ConfigResource.Topic("t"), "retention.ms", "1"))
            .With(new TopicDeleted(Id(1))).Image;
        Assert.That(image.Topic("t"), Is.Null);
        Assert.That(image.Hosted, Is.Empty);
        Assert.That(image.Configs, Is.Empty);
    }

    [Test]
    public void A_deleted_topics_id_is_kept_until_a_later_deletion_lets_it_go()
    {
        MetadataImage image = new ImageBuilder().Broker(1).Topic(1, "t", [1]).Topic(2, "u", [1]).Topic(3, "v", [1])
            .With(new TopicDeleted(Id(1), 1_000, 0))
            .With(new TopicDeleted(Id(2), 2_000, 1_000)).Image;
        Assert.That(image.DeletedTopicIds.OldestFirst, Is.EqualTo(new[] { (Id(1), 1_000L), (Id(2), 2_000L) }));
        image = image.Apply(new TopicDeleted(Id(3), 3_000, 1_001), image.Offset.Next());
        Assert.That(image.DeletedTopicIds.OldestFirst, Is.EqualTo(new[] { (Id(2), 2_000L), (Id(3), 3_000L) }));
    }

    [Test]
    public void Of_too_many_deleted_topics_the_oldest_ids_go()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1);
        for (int i = 0; i <= DeletedTopicIds.Most; i++)
            builder.With(new TopicCreated(Id(i), $"t{i}")).With(new TopicDeleted(Id(i), i, 0));
        Assert.That(builder.Image.DeletedTopicIds.Count, Is.EqualTo(DeletedTopicIds.Most));
        Assert.That(builder.Image.DeletedTopicIds.Contains(Id(0)), Is.False);
        Assert.That(builder.Image.DeletedTopicIds.Contains(Id(DeletedTopicIds.Most)), Is.True);
    }

    [Test]
    public void An_image_is_untouched_by_what_comes_after_it()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1]);
        MetadataImage before = builder.Image;
        builder.With(new PartitionChanged(
            Partition(1, 0), NodeId.None, new LeaderEpoch(1), new PartitionEpoch(1), Nodes(1), []));
        Assert.That(before.Partition(Partition(1, 0))!.Leader, Is.EqualTo(new NodeId(1)));
        Assert.That(builder.Image.Partition(Partition(1, 0))!.HasLeader, Is.False);
    }

    [TestCase(0, 1, Description = "a partition epoch that stands still")]
    [TestCase(2, 1, Description = "a partition epoch that skips")]
    [TestCase(1, -1, Description = "a leader epoch that goes back")]
    public void A_change_whose_epochs_do_not_follow_is_refused(int partitionEpoch, int leaderEpoch)
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1]);
        var change = new PartitionChanged(
            Partition(1, 0), new NodeId(1), new LeaderEpoch(leaderEpoch), new PartitionEpoch(partitionEpoch), Nodes(1),
            []);
        Assert.That(() => builder.With(change), Throws.TypeOf<MetadataEntryException>());
    }

    [Test]
    public void A_fence_under_an_old_broker_epoch_is_refused() =>
        Assert.That(
            () => new ImageBuilder().Formed().Broker(1).With(new BrokerFenced(new NodeId(1), new BrokerEpoch(0))),
            Throws.TypeOf<MetadataEntryException>());

    [Test]
    public void A_snapshot_loads_to_an_equal_image()
    {
        MetadataImage image = Everything().Image;
        IReadOnlyList<MetadataEvent> events = MetadataSnapshot.EventsOf(image);
        byte[] bytes = MetadataEventCodec.ToBytes(events);
        MetadataImage loaded = MetadataSnapshot.Load(MetadataEventCodec.Read(bytes), image.Offset);

        Assert.That(MetadataEventCodec.ToBytes(MetadataSnapshot.EventsOf(loaded)), Is.EqualTo(bytes));
        Assert.That(loaded.Offset, Is.EqualTo(image.Offset));
        Assert.That(loaded.Broker(new NodeId(2))!.Epoch, Is.EqualTo(image.Broker(new NodeId(2))!.Epoch));
        Assert.That(loaded.Broker(new NodeId(2))!.IsFenced, Is.False);
        Assert.That(loaded.DeletedTopicIds.OldestFirst, Is.EqualTo(new[] { (Id(3), 5_000L) }));
        Assert.That(loaded.NextProducerId, Is.EqualTo(1000));
        Assert.That(loaded.Coordinators, Is.EqualTo(image.Coordinators));
        Assert.That(
            (loaded.Coordinator("__consumer_offsets"), loaded.Coordinator("__transaction_state")),
            Is.EqualTo((At(1, epoch: 2), At(2, epoch: 5))));
        Assert.That(loaded.Coordinator("__share_group_state"), Is.EqualTo(CoordinatorImage.None));
        Assert.That(MetadataDelta.Between(image, loaded).ChangedConfigs, Is.Empty);
    }

    internal static ImageBuilder Everything() => new ImageBuilder().Formed()
        .With(new ControllerStarted(new NodeId(1), 3))
        .Broker(1).Broker(2).Broker(3, fenced: true)
        .Topic(1, "t", [1], [2, 1])
        .Topic(2, "u", [2])
        .Topic(3, "v", [1])
        .With(new TopicDeleted(Id(3), 5_000, 0))
        .With(new PartitionChanged(
            Partition(1, 1), new NodeId(1), new LeaderEpoch(1), new PartitionEpoch(1), Nodes(1), Nodes(2)))
        .With(new ConfigChanged(ConfigResource.Topic("t"), "retention.ms", "1"))
        .With(new ProducerIdBlockAllocated(new NodeId(1), new BrokerEpoch(2), 1000))
        .With(new CoordinatorStarted("__consumer_offsets", new NodeId(3), new CoordinatorEpoch(1)))
        .With(new CoordinatorStarted("__transaction_state", new NodeId(2), new CoordinatorEpoch(5)))
        .With(new CoordinatorStarted("__consumer_offsets", new NodeId(1), new CoordinatorEpoch(2)));

    private static CoordinatorImage At(int node, int epoch) => new(new NodeId(node), new CoordinatorEpoch(epoch));
}
