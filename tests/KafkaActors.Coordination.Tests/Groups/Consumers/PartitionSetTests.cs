using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Tests.Groups.Consumers.ConsumerGroupFixture;
using static KafkaActors.Coordination.Tests.Metadata.ImageBuilder;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

public sealed class PartitionSetTests
{
    [Test]
    public void Sets_of_the_same_partitions_are_equal_whatever_their_order()
    {
        PartitionSet one = PartitionSet.Of(Partition(2, 0), Partition(1, 3), Partition(1, 1));
        PartitionSet other = PartitionSet.Of(Partition(1, 1), Partition(1, 3), Partition(2, 0), Partition(1, 1));
        Assert.That(one, Is.EqualTo(other));
        Assert.That(one.GetHashCode(), Is.EqualTo(other.GetHashCode()));
        Assert.That(one, Is.Not.EqualTo(PartitionsOf(1, 1, 3)));
    }

    [Test]
    public void Topics_are_listed_once_each_with_their_partitions_in_order()
    {
        PartitionSet set = PartitionSet.Of(Partition(2, 0), Partition(1, 3), Partition(1, 1));
        (TopicId TopicId, int[] Partitions)[] topics = [.. set.ByTopic];
        Assert.That(topics, Has.Length.EqualTo(2));
        Assert.That(topics.Single(topic => topic.TopicId == Id(1)).Partitions, Is.EqualTo(new[] { 1, 3 }));
        Assert.That(
            PartitionSet.OfTopics(topics.Select(topic => (topic.TopicId, (IReadOnlyList<int>)topic.Partitions))),
            Is.EqualTo(set));
    }

    [Test]
    public void Set_operations_agree_with_those_of_hash_sets()
    {
        var random = new Random(1);
        for (int i = 0; i < 200; i++)
        {
            HashSet<TopicIdPartition> one = Some(random);
            HashSet<TopicIdPartition> other = Some(random);
            (PartitionSet left, PartitionSet right) = (PartitionSet.Of(one), PartitionSet.Of(other));
            Assert.That(left.Intersect(right), Is.EquivalentTo(one.Intersect(other)));
            Assert.That(left.Except(right), Is.EquivalentTo(one.Except(other)));
            Assert.That(left.Union(right), Is.EquivalentTo(one.Union(other)));
            Assert.That(left.Overlaps(right), Is.EqualTo(one.Overlaps(other)));
            Assert.That(left.IsSubsetOf(right), Is.EqualTo(one.IsSubsetOf(other)));
        }
    }

    private static HashSet<TopicIdPartition> Some(Random random) =>
        [.. Enumerable.Range(0, random.Next(8)).Select(_ => Partition(random.Next(1, 4), random.Next(4)))];
}
