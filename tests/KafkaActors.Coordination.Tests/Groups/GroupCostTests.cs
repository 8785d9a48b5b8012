using System.Diagnostics;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups;

/// <summary>What a group costs its coordinator.</summary>
public sealed class GroupCostTests
{
    [Test]
    public void A_rebalance_of_a_hundred_members_over_a_thousand_partitions_takes_less_than_a_second()
    {
        var group = new GroupScene();
        string[] members = group.Form(100);
        TimeSpan[] times = [Rebalance(group, members, 2), Rebalance(group, members, 3), Rebalance(group, members, 4)];
        TestContext.Out.WriteLine($"{times.Min().TotalMilliseconds:F1} ms");
        Assert.That(times.Min(), Is.LessThan(TimeSpan.FromSeconds(1)), "the best of three: others share the machine");
    }

    [Test]
    public void A_heartbeat_allocates_its_answer_only_in_a_group_of_any_size()
    {
        long ofThree = HeartbeatBytes(3);
        Assert.That(ofThree, Is.LessThan(400));
        Assert.That(HeartbeatBytes(1000), Is.EqualTo(ofThree));
    }

    [Test]
    public void A_group_of_three_members_takes_little_memory()
    {
        const int Groups = 1000;
        var groups = new GroupCore[Groups];
        JoinGroupRequest[] requests = [.. Enumerable.Range(0, 3 * Groups).Select(_ => new JoinGroupRequest
        {
            SessionTimeoutMs = 10_000,
            ProtocolType = "consumer",
            Protocols = Requests.Protocols("range", "t"),
        })];
        var random = new Random(1);
        var services = new GroupServices(GroupSettings.Default, () => GroupScene.NewId(random));
        Fill(groups, requests, services);
        Array.Clear(groups);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Fill(groups, requests, services);
        long bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Groups;
        GC.KeepAlive(groups);
        TestContext.Out.WriteLine($"{bytes} bytes a group");
        Assert.That(bytes, Is.LessThan(8_000));
    }

    /// <summary>The leader wants a rebalance; each member is then assigned ten partitions of four bytes.</summary>
    private static TimeSpan Rebalance(GroupScene group, string[] members, int generation)
    {
        string assignment = new('p', 10 * 4);
        long start = Stopwatch.GetTimestamp();
        long[] joins = [.. members.Select(member => group.Join(member))];
        foreach (string member in members.Skip(1)) group.Sync(member, generation);
        group.Sync(members[0], generation, assignments: [.. members.Select(member => (member, assignment))]);
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        Assert.That(joins.Select(join => group.Joined(join).GenerationId), Is.All.EqualTo(generation));
        Assert.That(group.State, Is.EqualTo("Stable"));
        return time;
    }

    private static long HeartbeatBytes(int memberCount)
    {
        var group = new GroupScene();
        HeartbeatRequest request = Requests.Heartbeat(group.Form(memberCount)[^1], 1);
        group.Core.Heartbeat(0, request, group.Now);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) group.Core.Heartbeat(0, request, group.Now);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / 1000;
    }

    private static void Fill(GroupCore[] groups, JoinGroupRequest[] requests, GroupServices services)
    {
        for (int i = 0; i < groups.Length; i++)
        {
            groups[i] = new GroupCore($"g{i}", services, TimeSpan.Zero);
            for (int member = 0; member < 3; member++)
                groups[i].Join(
                    member, 3, requests[(3 * i) + member], GroupScene.Client, MetadataImage.Empty, TimeSpan.Zero);
            groups[i].Tick(MetadataImage.Empty, TimeSpan.FromMinutes(1));
        }
    }
}
