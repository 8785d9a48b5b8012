using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

/// <summary>What a member of a consumer group says has a limit, and a large group does not cost its square.</summary>
public sealed class ConsumerGroupSizeTests
{
    [Test]
    public void A_member_whose_record_does_not_fit_is_refused_and_changes_nothing()
    {
        ConsumerGroupFixture group = new ConsumerGroupFixture().WithTopic(1, "orders", 4);
        group.Join("a", "orders");
        string before = ConsumerGroupFixture.Text(group.Group);
        string[] names = [.. Enumerable.Range(0, 40_000).Select(number => $"a-name-of-some-length-{number}")];
        ConsumerGroupHeartbeatResponse refused = group.Join("b", names);
        Assert.That(refused.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(refused.ErrorMessage, Does.Contain("max.message.bytes"));
        Assert.That(group.Written, Is.Empty);
        ConsumerGroupHeartbeatRequest changed = ConsumerGroupFixture.Request("a", 1);
        changed.SubscribedTopicNames = names;
        Assert.That(group.Send(changed).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(ConsumerGroupFixture.Text(group.Group), Is.EqualTo(before));
        Assert.That(group.Beat("a").ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_member_whose_topics_do_not_fit_is_refused_and_the_others_go_on()
    {
        ConsumerGroupFixture group = new ConsumerGroupFixture().WithTopic(1, "orders", 4);
        for (int topic = 2; topic < 5000; topic++) group.WithTopic(topic, $"{new string('n', 240)}-{topic:D4}", 1);
        group.Join("a", "orders");
        ConsumerGroupHeartbeatRequest all = ConsumerGroupFixture.JoinRequest("b");
        all.SubscribedTopicRegex = ".*";
        ConsumerGroupHeartbeatResponse refused = group.Send(all);
        Assert.That(refused.ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That((group.Written.Count, group.Group.Member("b")), Is.EqualTo((0, (ConsumerGroupMember?)null)));
        Assert.That(group.Beat("a").ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(group.Group.State, Is.EqualTo(ConsumerGroupState.Stable));
    }

    [Test]
    public void A_group_for_which_too_many_topics_are_made_goes_on_with_those_it_has()
    {
        ConsumerGroupFixture group = new ConsumerGroupFixture().WithTopic(1, "orders", 4);
        ConsumerGroupHeartbeatRequest all = ConsumerGroupFixture.JoinRequest("a");
        all.SubscribedTopicRegex = ".*";
        group.Send(all);
        for (int topic = 2; topic < 5000; topic++) group.WithTopic(topic, $"{new string('n', 240)}-{topic:D4}", 1);
        Assert.That(group.Beat("a").ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((group.Written.Count, group.Group.Target("a")!.Count), Is.EqualTo((0, 4)));
    }

    [Test]
    public void A_group_takes_as_many_members_as_it_is_configured_for()
    {
        ConsumerGroupFixture group = new ConsumerGroupFixture(GroupSettings.Default with { ConsumerMaxSize = 2 })
            .WithTopic(1, "orders", 4);
        Assert.That(new[] { "a", "b", "c", "a" }.Select(member => group.Join(member, "orders").ErrorCode), Is.EqualTo(
            new[] { ErrorCode.None, ErrorCode.None, ErrorCode.GroupMaxSizeReached, ErrorCode.None }));
    }

    [Test]
    public void Three_thousand_members_that_join_at_once_cost_no_more_each_than_the_first_ones()
    {
        ConsumerGroupFixture group = new ConsumerGroupFixture().WithTopic(1, "orders", 3000);
        TimeSpan first = JoinAll(group, 0, 500, TimeSpan.FromMilliseconds(2));
        JoinAll(group, 500, 2500, TimeSpan.FromMilliseconds(2));
        TimeSpan last = JoinAll(group, 2500, 3000, TimeSpan.FromMilliseconds(2));
        TestContext.Out.WriteLine(
            $"the first 500 took {first.TotalMilliseconds:F0} ms, the last {last.TotalMilliseconds:F0} ms");
        Assert.That(last, Is.LessThan(TimeSpan.FromSeconds(2)));
        group.Pass(TimeSpan.FromSeconds(2));
        Assert.That(
            group.Group.Members.Select(member => group.Group.Target(member.MemberId)!.Count), Is.All.EqualTo(1));
    }

    [Test]
    public void What_a_large_group_puts_off_it_assigns_by_itself_a_little_later()
    {
        ConsumerGroupFixture group = new ConsumerGroupFixture().WithTopic(1, "orders", 1000);
        JoinAll(group, 0, 400);
        ConsumerGroupHeartbeatResponse joined = group.Join("another", "orders");
        Assert.That((joined.ErrorCode, joined.MemberEpoch), Is.EqualTo((ErrorCode.None, group.Group.TargetEpoch)));
        Assert.That(ConsumerGroupFixture.Told(joined), Is.EqualTo(PartitionSet.Empty));
        Assert.That(group.Group.State, Is.EqualTo(ConsumerGroupState.Assigning));

        group.Pass(TimeSpan.FromSeconds(1));

        Assert.That(group.Group.TargetEpoch, Is.EqualTo(group.Group.Epoch));
        Assert.That(group.Group.Target("another"), Is.Not.Empty);
        Assert.That(group.Group.NextDeadline, Is.GreaterThan(group.Now), "nothing is put off any more");
        Assert.That(group.Group.Members.Sum(member => group.Group.Target(member.MemberId)!.Count), Is.EqualTo(1000));
    }

    [Test]
    public void A_large_group_that_loses_all_its_members_waits_for_nothing()
    {
        ConsumerGroupFixture group = new ConsumerGroupFixture().WithTopic(1, "orders", 10);
        JoinAll(group, 0, 400);
        group.Pass(TimeSpan.FromMinutes(2));
        Assert.That((group.Group.IsEmpty, group.Group.NextDeadline), Is.EqualTo((true, (TimeSpan?)null)));
    }

    [Test]
    public void A_classic_leader_may_have_assigned_what_does_not_exist()
    {
        Migration.MigrationScene scene = Migration.MigrationScene.WithOne(out string one);
        long join = scene.Join(one);
        Assert.That(scene.Group.Joined(join).ErrorCode, Is.EqualTo(ErrorCode.None));
        scene.Assign(one, 2, (one, "0,1,-5,99,2147483647"));
        Assert.That(scene.Beat("c", 0).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    private static TimeSpan JoinAll(ConsumerGroupFixture group, int from, int to, TimeSpan apart = default)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        for (int member = from; member < to; member++)
        {
            group.Join($"m{member:D4}", "orders");
            group.Pass(apart);
        }

        return System.Diagnostics.Stopwatch.GetElapsedTime(start);
    }
}
