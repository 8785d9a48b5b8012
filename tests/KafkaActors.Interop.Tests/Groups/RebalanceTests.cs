using System.Diagnostics;
using Confluent.Kafka;
using KafkaActors.TestKit;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>What members of Confluent.Kafka notice of others that come and go, in both protocols.</summary>
[Category("Interop")]
internal sealed class RebalanceTests
{
    private const int Partitions = 8;

    // Polls wait 100 ms; the rest is what a busy machine may take. That nothing was revoked is asserted for itself.
    private static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(2);

    // Under KIP-848 every rebalance is incremental.
    private static IEnumerable<TestCaseData> Incremental =>
    [
        Variants.Case(Variants.Cooperative, "classic, cooperative-sticky"),
        Variants.Case(Variants.Consumer, "consumer"),
    ];

    private static IEnumerable<TestCaseData> Protocols =>
    [
        Variants.Case(Variants.Classic, "classic"),
        Variants.Case(Variants.Consumer, "consumer"),
    ];

    [TestCaseSource(nameof(Incremental))]
    [CancelAfter(90_000)]
    public async Task Partitions_that_do_not_move_are_not_interrupted(Func<ConsumerConfig> variant)
    {
        string name = $"incremental-{variant().GroupProtocol ?? GroupProtocol.Classic}";
        await using GroupScene scene = await GroupScene.CreateAsync(GroupSuite.Node, name, Partitions);
        await using NumberedLoad load = scene.StartLoad();
        IGroupMember one = scene.Join(each => new ConfluentMember($"{name}-1", each, variant()));
        IGroupMember two = scene.Join(each => new ConfluentMember($"{name}-2", each, variant()));
        await scene.AwaitAssignedAsync(one, two);
        await scene.AssertSeenOnceAsync(load);
        Dictionary<IGroupMember, int[]> before = new()
        {
            [one] = await scene.AssignedAsync(one), [two] = await scene.AssignedAsync(two),
        };
        int rebalances = scene.Log.RebalancesOf(one.Name).Count + scene.Log.RebalancesOf(two.Name).Count;

        long started = Stopwatch.GetTimestamp();
        IGroupMember three = scene.Join(each => new ConfluentMember($"{name}-3", each, variant()));
        await scene.AwaitAssignedAsync(one, two, three);
        await scene.AssertSeenOnceAsync(load);
        long ended = Stopwatch.GetTimestamp();

        Assert.That(
            scene.Log.RebalancesOf(one.Name).Count + scene.Log.RebalancesOf(two.Name).Count,
            Is.GreaterThan(rebalances), "something moved");
        foreach (IGroupMember member in before.Keys)
        {
            int[] kept = [.. before[member].Intersect(await scene.AssignedAsync(member))];
            Assert.That(kept, Has.Length.GreaterThanOrEqualTo(2));
            Assert.That(
                scene.Log.RebalancesOf(member.Name).Where(each => each.Name != "assigned")
                    .SelectMany(each => each.Partitions).Intersect(kept),
                Is.Empty, $"{member.Name} kept these");
            foreach (int partition in kept)
                Assert.That(LongestGapOf(scene, member, partition, started, ended), Is.LessThan(LongestGap));
        }

        await scene.AssertCompleteAsync(load);
    }

    [TestCaseSource(nameof(Protocols))]
    [CancelAfter(120_000)]
    public async Task Members_die_and_come_under_load_in_each_protocol(Func<ConsumerConfig> variant)
    {
        string name = $"dying-{variant().GroupProtocol ?? GroupProtocol.Classic}";
        await using GroupScene scene = await GroupScene.CreateAsync(GroupSuite.Node, name, Partitions);
        await using NumberedLoad load = scene.StartLoad();
        List<IGroupMember> members = [.. Enumerable.Range(1, 4).Select(number =>
            scene.Join(each => new ConfluentMember($"{name}-{number}", each, variant())))];
        await scene.AwaitAssignedAsync(members);
        await scene.AssertSeenOnceAsync(load);

        await members[0].KillAsync();
        await members[1].LeaveAsync();
        members.RemoveRange(0, 2);
        await scene.AwaitAssignedAsync(members);
        await scene.AssertSeenOnceAsync(load);

        members.Add(scene.Join(each => new ConfluentMember($"{name}-5", each, variant())));
        await scene.AwaitAssignedAsync(members);
        await scene.AssertSeenOnceAsync(load);
        await scene.AssertCompleteAsync(load);
    }

    [TestCaseSource(nameof(Protocols))]
    [CancelAfter(90_000)]
    public async Task A_static_member_that_is_back_within_the_session_timeout_causes_no_rebalance(
        Func<ConsumerConfig> variant)
    {
        string name = $"static-{variant().GroupProtocol ?? GroupProtocol.Classic}";
        await using GroupScene scene = await GroupScene.CreateAsync(GroupSuite.Node, name, Partitions);
        await using NumberedLoad load = scene.StartLoad();
        IGroupMember stays = scene.Join(each => new ConfluentMember($"{name}-1", each, Static("one")));
        IGroupMember restarts = scene.Join(each => new ConfluentMember($"{name}-2", each, Static("two")));
        await scene.AwaitAssignedAsync(stays, restarts);
        await scene.AssertSeenOnceAsync(load);
        int[] partitions = await scene.AssignedAsync(restarts);
        int rebalances = scene.Log.RebalancesOf(stays.Name).Count;

        await restarts.LeaveAsync();
        IGroupMember back = scene.Join(each => new ConfluentMember($"{name}-2", each, Static("two")));
        await scene.AwaitAssignedAsync(stays, back);
        await scene.AssertSeenOnceAsync(load);

        Assert.That(await scene.AssignedAsync(back), Is.EqualTo(partitions));
        Assert.That(scene.Log.RebalancesOf(stays.Name), Has.Count.EqualTo(rebalances));
        await scene.AssertCompleteAsync(load);

        ConsumerConfig Static(string id)
        {
            ConsumerConfig config = variant();
            config.GroupInstanceId = $"{name}-{id}";
            return config;
        }
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_second_member_under_a_static_name_fences_the_first()
    {
        await using GroupScene scene = await GroupScene.CreateAsync(GroupSuite.Node, "fenced", Partitions);
        scene.Join(each => new ConfluentMember("fenced-old", each, new ConsumerConfig { GroupInstanceId = "one" }));
        await Eventually.True(() => scene.Log.RebalancesOf("fenced-old").Count > 0, "assignment");

        IGroupMember newer =
            scene.Join(each => new ConfluentMember("fenced-new", each, new ConsumerConfig { GroupInstanceId = "one" }));

        await Eventually.True(
            () => scene.Log.Crashes.Contains(("fenced-old", nameof(ErrorCode.FencedInstanceId)))
                || scene.Log.Crashes.Contains(("fenced-old", nameof(ErrorCode.Local_Fatal))),
            "the old one is told");
        await scene.AwaitAssignedAsync(newer);
    }

    private static TimeSpan LongestGapOf(
        GroupScene scene, IGroupMember member, int partition, long started, long ended)
    {
        long[] times =
        [
            started,
            .. scene.Log.Sightings
                .Where(seen => seen.Partition == partition && seen.Member == member.Name)
                .Select(seen => seen.At).Where(at => at > started && at < ended),
            ended,
        ];
        return times.Zip(times.Skip(1), Stopwatch.GetElapsedTime).Max();
    }
}
