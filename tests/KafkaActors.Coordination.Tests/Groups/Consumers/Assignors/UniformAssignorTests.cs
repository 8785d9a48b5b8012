using KafkaActors.Coordination.Groups.Consumers.Assignors;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Tests.Groups.Consumers.Assignors;

public sealed class UniformAssignorTests
{
    [Test]
    public void Members_subscribed_alike_differ_by_one_partition_at_most()
    {
        AssignorScenario group = Group().Topic(1, 5).Topic(2, 3).Topic(3, 2);
        foreach (string member in new[] { "a", "b", "c" }) group.Member(member, 1, 2, 3);
        group.Assign();
        Assert.That(group.Members.Select(member => group.Load(member)), Is.EquivalentTo(new[] { 3, 3, 4 }));
    }

    [Test]
    public void A_topic_is_spread_over_members_so_that_none_has_all_of_a_busy_one()
    {
        AssignorScenario group = Group().Topic(1, 4).Topic(2, 4).Member("a", 1, 2).Member("b", 1, 2);
        group.Assign();
        Assert.That(group.Load("a", 1), Is.EqualTo(2));
        Assert.That(group.Load("a", 2), Is.EqualTo(2));
        group.Member("c", 1, 2).Member("d", 1, 2).Assign();
        foreach (string member in group.Members)
        {
            Assert.That(group.Load(member, 1), Is.EqualTo(1));
            Assert.That(group.Load(member, 2), Is.EqualTo(1));
        }
    }

    [Test]
    public void A_member_that_joins_takes_its_share_and_nothing_else_moves()
    {
        AssignorScenario group = Group().Topic(1, 12).Member("a", 1).Member("b", 1).Member("c", 1);
        group.Assign();
        Assert.That(group.Member("d", 1).Assign(), Is.EqualTo(3));
        Assert.That(group.Members.Select(member => group.Load(member)), Is.All.EqualTo(3));
    }

    [Test]
    public void When_a_member_leaves_only_its_partitions_move()
    {
        AssignorScenario group = Group().Topic(1, 12);
        foreach (string member in new[] { "a", "b", "c", "d" }) group.Member(member, 1);
        group.Assign();
        Assert.That(group.Gone("b").Assign(), Is.Zero);
        Assert.That(group.Members.Select(member => group.Load(member)), Is.All.EqualTo(4));
    }

    [Test]
    public void Nothing_moves_when_nothing_changed()
    {
        AssignorScenario group = Group().Topic(1, 7).Topic(2, 4).Member("a", 1).Member("b", 1, 2).Member("c", 2);
        group.Assign();
        Assert.That(group.Assign(), Is.Zero);
    }

    [Test]
    public void New_partitions_go_to_whoever_has_least_and_move_nothing()
    {
        AssignorScenario group = Group().Topic(1, 3).Member("a", 1).Member("b", 1);
        group.Assign();
        Assert.That(group.Topic(1, 6).Assign(), Is.Zero);
        Assert.That(group.Members.Select(member => group.Load(member)), Is.All.EqualTo(3));
    }

    [Test]
    public void A_member_gives_up_topics_that_it_is_no_longer_subscribed_to()
    {
        AssignorScenario group = Group().Topic(1, 2).Topic(2, 2).Member("a", 1, 2).Member("b", 1, 2);
        group.Assign();
        group.Member("a", 1).Assign();
        Assert.That(group.Load("a", 2), Is.Zero);
        Assert.That(group.Load("b", 2), Is.EqualTo(2));
        Assert.That(group.Load("a", 1), Is.EqualTo(2));
    }

    [Test]
    public void Partitions_move_along_a_chain_where_no_direct_move_helps()
    {
        // a and b share topic 1, b and c topic 2: what a has too much of reaches c only by way of b.
        AssignorScenario group = Group().Topic(1, 4).Topic(2, 2).Member("a", 1).Member("b", 2).Member("c", 2);
        group.Assign();
        Assert.That(group.Load("a"), Is.EqualTo(4));
        group.Member("b", 1, 2).Assign();
        Assert.That(group.Members.Select(member => group.Load(member)), Is.All.EqualTo(2));
    }

    [Test]
    public void Random_changes_to_a_group_subscribed_alike_move_the_least([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        AssignorScenario group = Group();
        int topics = random.Next(1, 5);
        int[] all = [.. Enumerable.Range(1, topics)];
        foreach (int topic in all) group.Topic(topic, random.Next(1, 20));
        group.Member("m0", all);
        group.Assign();
        for (int step = 1; step <= 20; step++)
        {
            if (random.Next(2) == 0 || group.Members.Count == 1)
                group.Member($"m{step}", all);
            else
                group.Gone(group.Members.ElementAt(random.Next(group.Members.Count)));
            if (random.Next(5) == 0) group.Topic(random.Next(1, topics + 1), random.Next(1, 25));
            int least = LeastMoves(group);
            Assert.That(group.Assign(), Is.EqualTo(least), $"seed {seed}, step {step}");
            int[] loads = [.. group.Members.Select(member => group.Load(member))];
            Assert.That(loads.Max() - loads.Min(), Is.LessThanOrEqualTo(1), $"seed {seed}, step {step}");
        }
    }

    [Test]
    public void Random_groups_of_mixed_subscriptions_are_as_even_as_can_be([Range(1, 25)] int seed)
    {
        var random = new Random(seed);
        AssignorScenario group = Group();
        int topics = random.Next(1, 6);
        for (int topic = 1; topic <= topics; topic++) group.Topic(topic, random.Next(1, 9));
        for (int step = 0; step < 8; step++)
        {
            group.Member(
                $"m{random.Next(6)}", [.. Enumerable.Range(1, topics).Where(_ => random.Next(3) > 0)]);
            if (random.Next(4) == 0 && group.Members.Count > 1) group.Gone(group.Members.First());
            group.Assign();
            Assert.That(
                group.Members.Select(member => group.Load(member)).OrderDescending(),
                Is.EqualTo(BestLoads(group)), $"seed {seed}, step {step}");
        }
    }

    [Test]
    public void A_large_group_is_as_even_and_moves_as_little_as_a_small_one([Values(1, 10, 1000)] int topics)
    {
        int[] all = [.. Enumerable.Range(1, topics)];
        AssignorScenario group = Group();
        foreach (int topic in all) group.Topic(topic, 1000 / topics);
        for (int member = 0; member < 100; member++) group.Member($"m{member:D3}", all);
        group.Assign();
        Assert.That(group.Members.Select(member => group.Load(member)), Is.All.EqualTo(10));
        Assert.That(group.Gone("m007").Member("m100", all).Assign(), Is.Zero);
        Assert.That(group.Members.Select(member => group.Load(member)), Is.All.EqualTo(10));
    }

    private static AssignorScenario Group() => new(new UniformAssignor());

    /// <summary>What has to be taken from members that have more than the evenest assignment lets them.</summary>
    private static int LeastMoves(AssignorScenario group)
    {
        int total = group.Topics.Sum(group.PartitionsOf);
        (int share, int extra) = (total / group.Members.Count, total % group.Members.Count);
        int[] kept = [.. group.Members.Select(member => StillThere(group, member)).OrderDescending()];
        int gone = group.Members.Sum(member => Had(group, member) - StillThere(group, member));
        return gone + kept.Index().Sum(had => Math.Max(0, had.Item - (share + (had.Index < extra ? 1 : 0))));
    }

    private static int Had(AssignorScenario group, string member) =>
        group.Assignment.TryGetValue(member, out var partitions) ? partitions.Count : 0;

    private static int StillThere(AssignorScenario group, string member) =>
        group.Assignment.TryGetValue(member, out var partitions)
            ? partitions.Count(partition => partition.Partition < group.PartitionsOf(partition.TopicId))
            : 0;

    /// <summary>
    /// The loads of an evenest assignment, found another way: bounds are raised one at a time, and a maximum flow
    /// tells how much the members can take under them.
    /// </summary>
    private static int[] BestLoads(AssignorScenario group)
    {
        string[] members = [.. group.Members];
        int[] bounds = new int[members.Length];
        int[] loads = new int[members.Length];
        int total = MaximumFlow(group, members, [.. members.Select(_ => int.MaxValue)]);
        bool[] isFull = new bool[members.Length];
        while (MaximumFlow(group, members, bounds) < total)
        {
            for (int member = 0; member < members.Length; member++)
            {
                if (isFull[member]) continue;
                int before = MaximumFlow(group, members, bounds);
                bounds[member]++;
                if (MaximumFlow(group, members, bounds) > before)
                    loads[member]++;
                else
                {
                    bounds[member]--;
                    isFull[member] = true;
                }
            }
        }

        return [.. loads.OrderDescending()];
    }

    private static int MaximumFlow(AssignorScenario group, string[] members, int[] bounds)
    {
        (TopicId Topic, int Partition)[] partitions = [.. group.Topics.SelectMany(topic =>
            Enumerable.Range(0, group.PartitionsOf(topic)).Select(partition => (topic, partition)))];
        List<int>[] taken = [.. members.Select(_ => new List<int>())];
        return Enumerable.Range(0, partitions.Length).Count(partition => Place(partition, new bool[members.Length]));

        bool Place(int partition, bool[] tried)
        {
            for (int member = 0; member < members.Length; member++)
            {
                if (tried[member] || !group.IsSubscribed(members[member], partitions[partition].Topic)) continue;
                tried[member] = true;
                if (taken[member].Count < bounds[member])
                {
                    taken[member].Add(partition);
                    return true;
                }

                for (int i = 0; i < taken[member].Count; i++)
                {
                    if (!Place(taken[member][i], tried)) continue;
                    taken[member][i] = partition;
                    return true;
                }
            }

            return false;
        }
    }
}
