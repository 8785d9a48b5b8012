using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Migration;

/// <summary>A classic group with members becomes a consumer group when a member of that protocol joins.</summary>
public sealed class OnlineUpgradeTests
{
    [Test]
    public void A_consumer_that_joins_a_stable_classic_group_makes_a_consumer_group_of_it()
    {
        MigrationScene scene = MigrationScene.WithTwo(out _, out _);
        int before = scene.Group.Log.Count;
        ConsumerGroupHeartbeatResponse joined = scene.Beat("c", 0);
        Assert.That((joined.ErrorCode, joined.MemberEpoch, MigrationScene.Told(joined)),
            Is.EqualTo((ErrorCode.None, 2, "")));
        Assert.That((scene.Listed.GroupType, scene.Listed.GroupState), Is.EqualTo(("Consumer", "Reconciling")));
        Assert.That(scene.Described(), Is.EqualTo(
            ["classic @1 0,1 -> 0,1", "classic @1 2,3 -> 2", "consumer @2  -> 3"]));
        Assert.That(scene.Group.Log.Skip(before).Select(record => record.KeyType),
            Is.EqualTo(new short[] { 2, 5, 5, 3, 7, 7, 6, 8, 8, 5, 4, 3, 7, 7, 6, 8 }));
        Assert.That(scene.Group.Log[before].Value, Is.Null, "the classic group's record is erased");
    }

    [Test]
    public void A_converted_group_is_loaded_as_it_was()
    {
        MigrationScene scene = MigrationScene.Upgraded(out string one, out _);
        string[] before = scene.Described();
        scene.Group.Reload();
        Assert.That(scene.Described(), Is.EqualTo(before));
        Assert.That(scene.Group.Heartbeat(one, 1), Is.EqualTo(ErrorCode.RebalanceInProgress));
        scene.Group.Advance(9.9);
        Assert.That(scene.Described(), Has.Length.EqualTo(3), "they have their own session, and a whole one");
        scene.Group.Advance(0.2);
        Assert.That(scene.Described(), Has.Length.EqualTo(1));
    }

    [Test]
    public void Members_that_wait_at_the_join_barrier_are_told_to_join_again()
    {
        MigrationScene scene = MigrationScene.WithTwo(out string one, out _);
        long waits = scene.Join(one);
        scene.Beat("c", 0);
        JoinGroupResponse response = scene.Group.Joined(waits);
        Assert.That((response.ErrorCode, response.MemberId), Is.EqualTo((ErrorCode.RebalanceInProgress, one)));
        Assert.That(scene.Joined(one).GenerationId, Is.EqualTo(2));
    }

    [Test]
    public void Members_that_wait_at_the_sync_barrier_are_told_to_join_again()
    {
        MigrationScene scene = MigrationScene.WithTwo(out string one, out string two);
        scene.Join(one);
        scene.Join(two);
        long waits = scene.Group.Sync(two, 2);
        scene.Beat("c", 0);
        Assert.That(scene.Group.Synced(waits).ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(scene.Joined(two).GenerationId, Is.EqualTo(3));
    }

    [Test]
    public void A_group_in_its_first_rebalance_is_converted_too()
    {
        var scene = new MigrationScene();
        long waits = scene.Join("");
        Assert.That(scene.Beat("c", 0).MemberEpoch, Is.EqualTo(1));
        Assert.That(scene.Group.Joined(waits).ErrorCode, Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(scene.Described().Select(member => member.Split(' ')[1]), Is.EqualTo(["@0", "@1"]));
    }

    [Test]
    public void What_a_cooperative_member_goes_on_reading_in_a_rebalance_is_not_given_away()
    {
        MigrationScene scene = MigrationScene.WithOne(out string member);
        scene.Join(member, owned: "0,1,2,3");
        scene.Assign(member, 2, (member, "0,1"));
        Assert.That(MigrationScene.Told(scene.Beat("c", 0)), Is.Empty);
        Assert.That(scene.Described()[0], Does.StartWith("classic @2 0,1,2,3 -> "));
        Assert.That(scene.Joined(member, owned: "0,1").ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(MigrationScene.Told(scene.Beat("c", 3)), Is.EqualTo("2,3"));
    }

    [Test]
    public void A_partition_that_a_leader_gave_twice_has_one_holder()
    {
        MigrationScene scene = MigrationScene.WithTwo(out string one, out string two);
        scene.Join(one);
        scene.Join(two);
        scene.Group.Sync(two, 2);
        scene.Assign(one, 2, (one, "0,1"), (two, "1,2,3"));
        scene.Beat("c", 0);
        Assert.That(scene.Described().Take(2).Select(member => member.Split(' ')[2]), Is.EqualTo(["0,1", "2,3"]));
    }

    [Test]
    public void Unreadable_members_and_other_protocols_are_not_converted()
    {
        var scene = new MigrationScene();
        scene.Group.Form(1);
        Refused(scene, "an assignment that is none");

        scene = new MigrationScene();
        scene.Group.Join(type: "connect");
        Refused(scene, "no consumers");
    }

    [TestCase(ConsumerGroupMigrationPolicy.Disabled)]
    [TestCase(ConsumerGroupMigrationPolicy.Downgrade)]
    public void A_policy_without_upgrades_keeps_the_group_classic(ConsumerGroupMigrationPolicy policy) => Refused(
        MigrationScene.WithTwo(out _, out _, GroupSettings.Default with { MigrationPolicy = policy }), "policy");

    [Test]
    public void A_group_larger_than_consumer_groups_may_be_stays_classic() => Refused(
        MigrationScene.WithTwo(out _, out _, GroupSettings.Default with { ConsumerMaxSize = 1 }), "size");

    [Test]
    public void A_consumer_that_is_refused_disturbs_nobody()
    {
        MigrationScene scene = MigrationScene.WithTwo(
            out string one, out _, GroupSettings.Default with { ConsumerMaxSize = 2 });
        long waits = scene.Join(one);
        int records = scene.Group.Log.Count;
        Assert.That(scene.Beat("c", 0).ErrorCode, Is.EqualTo(ErrorCode.GroupMaxSizeReached));
        Assert.That((scene.Group.Log.Count, scene.Listed.GroupType), Is.EqualTo((records, "Classic")));
        Assert.That(scene.Group.IsWaiting(waits), Is.True);
    }

    private static void Refused(MigrationScene scene, string why)
    {
        int records = scene.Group.Log.Count;
        Assert.That(scene.Beat("c", 0).ErrorCode, Is.EqualTo(ErrorCode.GroupIdNotFound), why);
        Assert.That((scene.Group.Log.Count, scene.Listed.GroupType), Is.EqualTo((records, "Classic")));
    }
}
