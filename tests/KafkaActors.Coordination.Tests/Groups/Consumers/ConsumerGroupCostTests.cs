using System.Diagnostics;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

/// <summary>What a consumer group costs its coordinator.</summary>
public sealed class ConsumerGroupCostTests
{
    [Test]
    public void A_heartbeat_costs_the_same_in_a_group_of_any_size() =>
        Assert.That(HeartbeatBytes(200), Is.EqualTo(HeartbeatBytes(2)).And.LessThan(2_000));

    [Test]
    public void A_member_joins_a_hundred_with_a_thousand_partitions_in_less_than_a_second()
    {
        ConsumerGroupFixture group = Group(100);
        long start = Stopwatch.GetTimestamp();
        group.Join("another", "orders");
        Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(1)));
        Assert.That(group.Group.Target("another"), Has.Count.EqualTo(9));
    }

    [Test]
    public void A_change_of_members_writes_what_changed_and_no_more()
    {
        ConsumerGroupFixture group = Group(100);
        group.Join("another", "orders");
        // Itself, the epoch, its target and its assignment, the target's epoch, and the targets of those that give it.
        Assert.That(group.Written, Has.Count.EqualTo(5 + 9));
    }

    private static ConsumerGroupFixture Group(int members)
    {
        ConsumerGroupFixture group = new ConsumerGroupFixture().WithTopic(1, "orders", 1000);
        for (int member = 0; member < members; member++) group.Join($"m{member:D3}", "orders");
        return group;
    }

    private static long HeartbeatBytes(int members)
    {
        ConsumerGroupFixture fixture = Group(members);
        fixture.Settle();
        ConsumerGroupHeartbeatRequest request =
            ConsumerGroupFixture.Request("m001", fixture.Group.Member("m001")!.Current.MemberEpoch);
        var client = new GroupClient("client", "/127.0.0.1");
        for (int i = 0; i < 3; i++) fixture.Group.Heartbeat(1, request, 1, client, fixture.Image, fixture.Now);
        long before = GC.GetAllocatedBytesForCurrentThread();
        fixture.Group.Heartbeat(1, request, 1, client, fixture.Image, fixture.Now);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
