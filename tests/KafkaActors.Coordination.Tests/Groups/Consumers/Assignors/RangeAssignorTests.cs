using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Coordination.Groups.Consumers.Assignors;
using static KafkaActors.Coordination.Tests.Groups.Consumers.ConsumerGroupFixture;
using static KafkaActors.Coordination.Tests.Metadata.ImageBuilder;

namespace KafkaActors.Coordination.Tests.Groups.Consumers.Assignors;

public sealed class RangeAssignorTests
{
    [Test]
    public void Each_subscriber_gets_a_range_and_the_first_get_one_more()
    {
        AssignorScenario group = Group().Topic(1, 7).Member("a", 1).Member("b", 1).Member("c", 1);
        group.Assign();
        Assert.That(group.Assignment["a"], Is.EqualTo(PartitionsOf(1, 0, 1, 2)));
        Assert.That(group.Assignment["b"], Is.EqualTo(PartitionsOf(1, 3, 4)));
        Assert.That(group.Assignment["c"], Is.EqualTo(PartitionsOf(1, 5, 6)));
    }

    [Test]
    public void Topics_alike_are_co_partitioned()
    {
        AssignorScenario group = Group().Topic(1, 8).Topic(2, 8);
        for (int i = 0; i < 3; i++) group.Member($"m{i}", 1, 2);
        group.Assign();
        foreach (PartitionSet partitions in group.Assignment.Values)
            Assert.That(PartitionsOfTopic(partitions, 1), Is.EqualTo(PartitionsOfTopic(partitions, 2)));
    }

    [Test]
    public void With_fewer_partitions_than_members_the_last_get_none()
    {
        AssignorScenario group = Group().Topic(1, 1).Member("a", 1).Member("b", 1);
        group.Assign();
        Assert.That(group.Load("a"), Is.EqualTo(1));
        Assert.That(group.Load("b"), Is.Zero);
    }

    [Test]
    public void A_topic_is_divided_among_its_subscribers_only()
    {
        AssignorScenario group = Group().Topic(1, 4).Topic(2, 4).Member("a", 1).Member("b", 1, 2).Member("c", 2);
        group.Assign();
        Assert.That(group.Assignment["a"], Is.EqualTo(PartitionsOf(1, 0, 1)));
        Assert.That(group.Assignment["b"], Is.EqualTo(PartitionsOf(1, 2, 3).Union(PartitionsOf(2, 0, 1))));
        Assert.That(group.Assignment["c"], Is.EqualTo(PartitionsOf(2, 2, 3)));
    }

    [Test]
    public void Static_members_come_first_and_keep_their_ranges_under_other_member_ids()
    {
        AssignorScenario group = Group().Topic(1, 6)
            .StaticMember("z", "one", 1).StaticMember("y", "two", 1).Member("a", 1);
        group.Assign();
        Assert.That(group.Assignment["z"], Is.EqualTo(PartitionsOf(1, 0, 1)));
        Assert.That(group.Assignment["y"], Is.EqualTo(PartitionsOf(1, 2, 3)));
        group.Gone("z").Gone("y").StaticMember("b", "one", 1).StaticMember("c", "two", 1).Assign();
        Assert.That(group.Assignment["b"], Is.EqualTo(PartitionsOf(1, 0, 1)));
        Assert.That(group.Assignment["c"], Is.EqualTo(PartitionsOf(1, 2, 3)));
        Assert.That(group.Assignment["a"], Is.EqualTo(PartitionsOf(1, 4, 5)));
    }

    [Test]
    public void Random_groups_are_assigned_completely_and_evenly_a_topic([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        AssignorScenario group = Group();
        int topics = random.Next(1, 6);
        for (int topic = 1; topic <= topics; topic++) group.Topic(topic, random.Next(1, 20));
        for (int member = 0; member < random.Next(1, 8); member++)
            group.Member($"m{member}", [.. Enumerable.Range(1, topics).Where(_ => random.Next(3) > 0)]);
        group.Assign();
        for (int topic = 1; topic <= topics; topic++)
        {
            int[] shares = [.. group.Members.Where(member => group.IsSubscribed(member, Id(topic)))
                .Select(member => group.Load(member, topic))];
            Assert.That(shares.Length == 0 ? 0 : shares.Max() - shares.Min(), Is.LessThanOrEqualTo(1), $"seed {seed}");
        }
    }

    private static IEnumerable<int> PartitionsOfTopic(PartitionSet partitions, int topic) =>
        partitions.Where(partition => partition.TopicId == Id(topic))
            .Select(partition => partition.Partition);

    private static AssignorScenario Group() => new(new RangeAssignor());
}
