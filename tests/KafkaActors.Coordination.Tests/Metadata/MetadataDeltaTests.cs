using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;
using static KafkaActors.Coordination.Tests.Metadata.ImageBuilder;

namespace KafkaActors.Coordination.Tests.Metadata;

public sealed class MetadataDeltaTests
{
    [Test]
    public void A_node_sees_only_the_changed_partitions_it_hosts()
    {
        (MetadataDelta delta, _) = Change(builder => builder.With(
            new PartitionChanged(
                Partition(1, 0), new NodeId(1), new LeaderEpoch(1), new PartitionEpoch(1), Nodes(1), []),
            new PartitionChanged(
                Partition(2, 0), new NodeId(2), new LeaderEpoch(1), new PartitionEpoch(1), Nodes(2), [])));

        PartitionTransition transition = delta.TransitionsOf(new NodeId(1)).Single();
        Assert.That(transition.Id, Is.EqualTo(Partition(1, 0)));
        Assert.That(transition.Before!.LeaderEpoch, Is.EqualTo(new LeaderEpoch(0)));
        Assert.That(transition.After!.LeaderEpoch, Is.EqualTo(new LeaderEpoch(1)));
    }

    [Test]
    public void A_new_topic_and_a_deleted_one_are_transitions_from_and_to_nothing()
    {
        (MetadataDelta delta, _) = Change(builder => builder.Topic(3, "v", [1]).With(new TopicDeleted(Id(1))));
        var transitions = delta.TransitionsOf(new NodeId(1)).ToDictionary(t => t.Id);
        Assert.That(transitions[Partition(3, 0)].Before, Is.Null);
        Assert.That(transitions[Partition(1, 0)].After, Is.Null);
        Assert.That(delta.CreatedTopics, Is.EqualTo(new[] { Id(3) }));
        Assert.That(delta.DeletedTopics.Single().Name, Is.EqualTo("t"));
    }

    [Test]
    public void A_topic_that_came_and_went_is_not_mentioned()
    {
        (MetadataDelta delta, _) = Change(builder => builder.Topic(3, "v", [1]).With(new TopicDeleted(Id(3))));
        Assert.That(delta.ChangedPartitions, Is.Empty);
        Assert.That(delta.CreatedTopics, Is.Empty);
        Assert.That(delta.DeletedTopics, Is.Empty);
    }

    [Test]
    public void Brokers_and_configurations_that_changed_are_named()
    {
        (MetadataDelta delta, _) = Change(builder => builder.Broker(9)
            .With(new ConfigChanged(ConfigResource.Topic("u"), "retention.ms", "1")));
        Assert.That(delta.ChangedBrokers, Is.EqualTo(new[] { new NodeId(9) }));
        Assert.That(delta.ChangedConfigs, Is.EqualTo(new[] { ConfigResource.Topic("u") }));
    }

    [Test]
    public void Comparing_two_images_finds_what_their_events_say()
    {
        (MetadataDelta told, MetadataDelta compared) = Change(builder => builder
            .Topic(3, "v", [1])
            .With(new TopicDeleted(Id(1)))
            .Broker(9)
            .With(new PartitionChanged(
                Partition(2, 0), new NodeId(2), new LeaderEpoch(1), new PartitionEpoch(1), Nodes(2), [])));
        Assert.That(compared.ChangedPartitions, Is.EquivalentTo(told.ChangedPartitions));
        Assert.That(compared.ChangedBrokers, Is.EquivalentTo(told.ChangedBrokers));
        Assert.That(compared.CreatedTopics, Is.EquivalentTo(told.CreatedTopics));
        Assert.That(compared.DeletedTopics, Is.EquivalentTo(told.DeletedTopics));
    }

    private static (MetadataDelta Told, MetadataDelta Compared) Change(Action<ImageBuilder> change)
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2]).Topic(2, "u", [2]);
        MetadataImage before = builder.Image;
        int entries = builder.Entries.Count;
        change(builder);
        return (
            MetadataDelta.Of(before, builder.Entries.Skip(entries), builder.Image),
            MetadataDelta.Between(before, builder.Image));
    }

    [Test]
    public void A_leader_is_told_of_changed_brokers_of_partitions_that_did_not_change_themselves()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Broker(2).Topic(1, "t", [1, 2], [2, 1], [1]);
        MetadataImage before = builder.Image;
        int known = builder.Entries.Count;
        builder.Broker(2, incarnation: 1);
        MetadataDelta[] deltas =
        [
            MetadataDelta.Of(before, builder.Entries.Skip(known), builder.Image),
            MetadataDelta.Between(before, builder.Image),
        ];
        foreach (MetadataDelta delta in deltas)
            Assert.That(
                delta.LedWithChangedBrokers(new NodeId(1)).Select(partition => partition.Id),
                Is.EqualTo(new[] { Partition(1, 0) }));
    }
}
