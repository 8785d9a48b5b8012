using KafkaActors.Coordination.Bootstrap;
using static KafkaActors.Coordination.Tests.Bootstrap.BootstrapWorld;

namespace KafkaActors.Coordination.Tests.Bootstrap;

/// <summary>
/// Three or five nodes form under drops, delays, cut links, kills and a wiped disk; then all heals. No two form a
/// cluster at once, a first cluster has all first voters, there is one metadata log, and in the end one cluster of all.
/// </summary>
public sealed class BootstrapScheduleTests
{
    private const int Schedules = 400;

    private static readonly TimeSpan Storm = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(60);

    [Test]
    public void Nodes_form_one_cluster_whatever_happens_while_they_do()
    {
        for (int seed = 1; seed <= Schedules; seed++)
        {
            BootstrapWorld world = Run(seed, BootstrapRules.Correct);
            Assert.That(world.Violation, Is.Null, $"seed {seed}");
            Assert.That(world.IsWhole, Is.True, $"seed {seed}: {Places(world)} at {world.Now}");
        }
    }

    [Test]
    public void No_two_form_a_cluster_at_once_however_often_all_start_again()
    {
        for (int seed = 1; seed <= Schedules; seed++)
            Assert.That(Rush(seed, BootstrapRules.Correct).Violation, Is.Null, $"seed {seed}");
    }

    private static IEnumerable<TestCaseData> Planted()
    {
        yield return Bug(new BootstrapRules { ChangesSupportAtOnce = true });
        yield return Bug(new BootstrapRules { FormsUnsupported = true });
        yield return Bug(new BootstrapRules { FormsWithAMajorityOfFirstVoters = true });
        static TestCaseData Bug(BootstrapRules rules) => new TestCaseData(rules).SetArgDisplayNames(
            string.Join(',', typeof(BootstrapRules).GetProperties()
                .Where(flag => flag.PropertyType == typeof(bool) && (bool)flag.GetValue(rules)!)
                .Select(flag => flag.Name)));
    }

    [TestCaseSource(nameof(Planted))]
    public void A_planted_bug_is_found(object rules)
    {
        var planted = (BootstrapRules)rules;
        string? found = Enumerable.Range(1, Schedules)
            .Select(seed => (Run(seed, planted).Violation ?? Rush(seed, planted).Violation, seed))
            .Where(run => run.Item1 is not null).Select(run => $"seed {run.seed}: {run.Item1}").FirstOrDefault();
        Assert.That(found, Is.Not.Null, "no schedule noticed");
        TestContext.Progress.WriteLine(found);
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_wiped_voter_does_not_make_the_majority(bool isPlanted)
    {
        var world = new BootstrapWorld(1, 3, new BootstrapRules { CountsForeignDirectories = isPlanted });
        foreach (SimNode node in world.Nodes) world.Start(node);
        world.RunUntil(Storm);
        Assert.That(world.IsWhole, Is.True);
        foreach (SimNode node in world.Nodes) node.Kill(world.Now);
        world.Nodes[2].Wipe();
        world.Start(world.Nodes[1]);
        world.Start(world.Nodes[2]);
        world.RunUntil(2 * Storm);
        Assert.That(world.Formed, isPlanted ? Is.GreaterThan(1) : Is.EqualTo(1));
        if (isPlanted) return;
        world.Start(world.Nodes[0]);
        world.RunUntil(3 * Storm);
        Assert.That(world.IsWhole, Is.True);
        Assert.That(world.CommittedClusters, Has.Count.EqualTo(1));
    }

    [Test]
    public void One_cut_link_leaves_one_that_all_others_hear_to_form_the_cluster([Values(3, 5)] int count)
    {
        foreach ((int one, int other) in
            from a in Enumerable.Range(0, count) from b in Enumerable.Range(a + 1, count - a - 1) select (a, b))
        {
            var world = new BootstrapWorld(one + (10 * other), count, BootstrapRules.Correct);
            foreach (SimNode node in world.Nodes) world.Start(node);
            world.RunUntil(Storm);
            foreach (SimNode node in world.Nodes) node.Kill(world.Now);
            world.Cut(world.Nodes[one], world.Nodes[other], Calm);
            foreach (SimNode node in world.Nodes) world.Start(node);
            world.RunUntil(world.Now + TimeSpan.FromSeconds(10));
            Assert.That(world.Formed, Is.EqualTo(2), $"link {one}-{other}");
            Assert.That(world.IsWhole, Is.True, $"link {one}-{other}: {Places(world)}");
        }
    }

    private static BootstrapWorld Run(int seed, BootstrapRules rules)
    {
        var world = new BootstrapWorld(seed, seed % 2 == 0 ? 3 : 5, rules);
        foreach (SimNode node in world.Nodes) world.In(Ms(node.Id.Value * seed % 700), () => world.Start(node));
        world.Harass(Storm);
        world.RunUntil(Storm);
        world.IsHarsh = false;
        foreach (SimNode one in world.Nodes) foreach (SimNode other in world.Nodes) world.Mend(one, other);
        if (world.Violation is null) world.RunUntil(Storm + Calm, () => world.IsWhole);
        return world;
    }

    private static BootstrapWorld Rush(int seed, BootstrapRules rules)
    {
        var world = new BootstrapWorld(seed, seed % 2 == 0 ? 3 : 5, rules);
        foreach (SimNode node in world.Nodes) world.Start(node);
        world.RunUntil(TimeSpan.FromSeconds(3));
        world.Rush(rounds: 10);
        return world;
    }

    private static string Places(BootstrapWorld world) => string.Join("; ", world.Nodes.Select(node =>
        $"node {node.Id} {node.Core?.Place.ToString() ?? "down"}: "
        + string.Join(", ", node.Core?.Awaited(node.Local(world.Now)) ?? [])));
}
