using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>What holds of assignments of every group, tried on many that are made up from printed seeds.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AssignorPropertyTests
{
    private const int GroupsOfSeed = 60;

    private static readonly string[] AllNames = ["range", "roundrobin", "sticky", "cooperative-sticky"];
    private static readonly string[] StickyNames = ["sticky", "cooperative-sticky"];

    [Test]
    public void Every_partition_that_somebody_subscribes_to_is_assigned_once(
        [ValueSource(nameof(AllNames))] string name, [Values(1, 2)] int seed)
    {
        IConsumerPartitionAssignor assignor = Members.Assignor(name);
        foreach ((Dictionary<string, int> counts, List<GroupMember> members) in Groups(seed))
        {
            Dictionary<string, List<TopicPartition>> assignment = assignor.Assign(counts, members);
            Assert.That(assignment.Keys, Is.EquivalentTo(members.Select(member => member.Id)));
            Assert.That(assignment.Values.SelectMany(own => own), Is.EquivalentTo(Wanted(counts, members)));
            foreach (GroupMember member in members)
                Assert.That(assignment[member.Id].Select(own => own.Topic).Distinct(), Is.SubsetOf(member.Topics));
        }
    }

    [Test]
    public void No_partition_of_a_sticky_assignment_could_move_to_someone_with_two_fewer(
        [ValueSource(nameof(StickyNames))] string name, [Values(3, 4)] int seed)
    {
        IConsumerPartitionAssignor assignor = Members.Assignor(name);
        foreach ((Dictionary<string, int> counts, List<GroupMember> members) in Groups(seed))
        {
            Dictionary<string, List<TopicPartition>> assignment = assignor.Assign(counts, members);
            foreach (GroupMember taker in members)
            {
                IEnumerable<List<TopicPartition>> givers = assignment.Values
                    .Where(own => own.Exists(partition => taker.Topics.Contains(partition.Topic)));
                Assert.That(
                    givers.Select(own => own.Count), Is.All.LessThanOrEqualTo(assignment[taker.Id].Count + 1));
            }
        }
    }

    [Test]
    public void A_sticky_group_with_equal_topics_moves_no_more_than_balance_takes([Values(5, 6)] int seed)
    {
        var random = new Random(seed);
        var sticky = new StickyAssignor();
        for (int round = 0; round < GroupsOfSeed; round++)
        {
            var counts = new Dictionary<string, int> { ["t"] = random.Next(1, 40), ["u"] = random.Next(1, 40) };
            List<GroupMember> members = [.. Enumerable.Range(0, random.Next(1, 9)).Select(i => Named($"m{i}"))];
            Dictionary<string, List<TopicPartition>> before = sticky.Assign(counts, members);
            members.RemoveAt(random.Next(members.Count));
            for (int joining = random.Next(0, 3); joining >= 0; joining--) members.Add(Named($"n{joining}"));
            Dictionary<string, List<TopicPartition>> after = sticky.Assign(
                counts, [.. members.Select(m => m.With(sticky, before.GetValueOrDefault(m.Id, []), 1))]);

            int kept = members.Sum(m => after[m.Id].Intersect(before.GetValueOrDefault(m.Id, [])).Count());
            Assert.That(kept, Is.EqualTo(MostThatCanStay(counts.Values.Sum(), members, before)), $"round {round}");
        }

        static GroupMember Named(string id) => Members.Member(id, "t u");
    }

    [Test]
    public void A_cooperative_group_comes_to_rest_without_two_owners_of_one_partition([Values(7, 8, 9)] int seed)
    {
        var cooperative = new CooperativeStickyAssignor();
        foreach ((Dictionary<string, int> counts, List<GroupMember> members) in Groups(seed))
        {
            var owned = members.ToDictionary(member => member.Id, _ => new List<TopicPartition>());
            owned[members[0].Id] =
                [.. Wanted(counts, members).Where(partition => members[0].Topics.Contains(partition.Topic))];
            int generation = 0;
            for (bool isDone = false; !isDone; generation++)
            {
                Dictionary<string, List<TopicPartition>> assigned = cooperative.Assign(
                    counts, [.. members.Select(m => m.With(cooperative, owned[m.Id], generation))]);
                // A member reads at once what is new to it, and still has what it must give up.
                Assert.That(members.SelectMany(m => owned[m.Id].Union(assigned[m.Id])), Is.Unique);
                isDone = members.TrueForAll(m => owned[m.Id].ToHashSet().SetEquals(assigned[m.Id]));
                owned = assigned;
                Assert.That(generation, Is.LessThan(10));
            }

            Assert.That(owned.Values.SelectMany(own => own), Is.EquivalentTo(Wanted(counts, members)));
        }
    }

    [Test]
    public void A_large_group_is_divided_in_no_time()
    {
        Dictionary<string, int> counts = Enumerable.Range(0, 100).ToDictionary(i => $"t{i}", _ => 100);
        string topics = string.Join(' ', counts.Keys);
        var sticky = new StickyAssignor();
        List<GroupMember> members = [.. Enumerable.Range(0, 200).Select(i => Members.Member($"m{i}", topics))];
        Dictionary<string, List<TopicPartition>> assignment = sticky.Assign(counts, members);
        Assert.That(assignment.Values.Select(own => own.Count), Is.All.EqualTo(50));
    }

    /// <summary>
    /// As many members as there are partitions over keep one more than the others; the ones that had most do.
    /// </summary>
    private static int MostThatCanStay(
        int partitions, List<GroupMember> members, Dictionary<string, List<TopicPartition>> before)
    {
        int[] had = [.. members.Select(m => before.GetValueOrDefault(m.Id, []).Count).OrderDescending()];
        int least = partitions / members.Count;
        int over = partitions % members.Count;
        return had.Select((count, rank) => Math.Min(count, rank < over ? least + 1 : least)).Sum();
    }

    private static IEnumerable<TopicPartition> Wanted(Dictionary<string, int> counts, List<GroupMember> members) =>
        members.SelectMany(member => member.Topics).Distinct().Where(counts.ContainsKey)
            .SelectMany(topic => Enumerable.Range(0, counts[topic]).Select(i => new TopicPartition(topic, i)));

    private static IEnumerable<(Dictionary<string, int> Counts, List<GroupMember> Members)> Groups(int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (int i = 0; i < GroupsOfSeed; i++)
        {
            string[] topics = [.. Enumerable.Range(0, random.Next(1, 6)).Select(topic => $"t{topic}")];
            Dictionary<string, int> counts = topics.ToDictionary(topic => topic, _ => random.Next(1, 12));
            yield return (counts, [.. Enumerable.Range(0, random.Next(1, 8)).Select(member =>
                Members.Member($"m{member}", string.Join(' ', topics.Where(_ => random.Next(3) > 0))))]);
        }
    }
}
