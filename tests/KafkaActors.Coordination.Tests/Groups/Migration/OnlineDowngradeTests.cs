using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Migration;

/// <summary>A consumer group in which only classic members are left becomes a classic group.</summary>
public sealed class OnlineDowngradeTests
{
    [Test]
    public void The_last_consumer_that_leaves_makes_a_classic_group_of_the_others()
    {
        MigrationScene scene = Settled(out string one, out string two);
        int before = scene.Group.Log.Count;
        Assert.That(scene.Beat("c", -1).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((scene.Listed.GroupType, scene.Listed.GroupState), Is.EqualTo(("Classic", "PreparingRebalance")));
        CoordinatorRecord last = scene.Group.Log[^1];
        var value = (GroupMetadataValue)last.Value!;
        Assert.That((last.KeyType, value.Generation, value.Protocol, value.ProtocolType, value.Leader),
            Is.EqualTo(((short)2, 2, "range", "consumer", (string?)null)));
        Assert.That(value.Members.Select(member => MigrationScene.Told(member.Assignment)).Order(),
            Is.EqualTo(["0,1", "2"]), "what they have");
        // What is left of the consumer group in the log: nothing.
        Assert.That(
            scene.Group.Log.Skip(before).Where(record => record.KeyType != 2)
                .GroupBy(Consumers.ConsumerGroupFixture.KeyOf).Select(records => records.Last().Value),
            Is.All.Null);
        Complete(scene, one, two);
    }

    [Test]
    public void The_last_consumer_whose_session_ends_does_too()
    {
        MigrationScene scene = Settled(out string one, out string two);
        for (int i = 0; i < 9; i++)
        {
            Assert.That(scene.Listed.GroupType, Is.EqualTo("Consumer"));
            scene.Group.Advance(5);
            foreach (string member in new[] { one, two }) scene.Group.Heartbeat(member, 2);
        }

        Complete(scene, one, two);
    }

    [Test]
    public void Members_commit_in_the_generation_they_had_and_are_told_to_join()
    {
        MigrationScene scene = Settled(out string one, out _);
        scene.Beat("c", -1);
        Assert.That(scene.Group.Commit(memberId: one, generation: 2), Is.EqualTo(ErrorCode.None));
        Assert.That(scene.Group.Heartbeat(one, 2), Is.EqualTo(ErrorCode.RebalanceInProgress));
    }

    [Test]
    public void A_group_that_became_classic_just_before_its_coordinator_failed_rebalances()
    {
        MigrationScene scene = Settled(out string one, out string two);
        scene.Beat("c", -1);
        scene.Group.Reload();
        Assert.That(scene.Listed.GroupState, Is.EqualTo("PreparingRebalance"), "a partition is in nobody's hands");
        Complete(scene, one, two);
        scene.Group.Reload();
        Assert.That(scene.Group.State, Is.EqualTo("Stable"));
    }

    [Test]
    public void Members_that_were_behind_take_part_in_the_rebalance()
    {
        MigrationScene scene = MigrationScene.Upgraded(out string one, out string two);
        scene.Beat("c", -1);
        Assert.That(scene.Group.Commit(memberId: one, generation: 1), Is.EqualTo(ErrorCode.None));
        long[] joins = [scene.Join(one), scene.Join(two)];
        Assert.That(joins.Select(join => scene.Group.Joined(join).GenerationId), Is.EqualTo([2, 2]));
    }

    [TestCase(ConsumerGroupMigrationPolicy.Upgrade)]
    [TestCase(ConsumerGroupMigrationPolicy.Disabled)]
    public void A_policy_without_downgrades_keeps_the_consumer_group(ConsumerGroupMigrationPolicy policy)
    {
        MigrationScene scene = Settled(out string one, out _);
        scene.Group.Reload(GroupSettings.Default with { MigrationPolicy = policy });
        scene.Beat("c", -1);
        Assert.That(scene.Listed.GroupType, Is.EqualTo("Consumer"));
        Assert.That(scene.Joined(one, owned: "").ErrorCode, Is.EqualTo(ErrorCode.None), "it serves who is there");
    }

    [Test]
    public void With_migration_disabled_a_consumer_group_takes_no_first_classic_member()
    {
        var scene = new MigrationScene(
            GroupSettings.Default with { MigrationPolicy = ConsumerGroupMigrationPolicy.Disabled });
        scene.Beat("c", 0);
        Assert.That(scene.Joined("").ErrorCode, Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
    }

    [Test]
    public void A_group_larger_than_classic_groups_may_be_stays_a_consumer_group()
    {
        MigrationScene scene = Settled(out _, out _);
        scene.Group.Reload(GroupSettings.Default with { MaxSize = 1 });
        scene.Beat("c", -1);
        Assert.That(scene.Listed.GroupType, Is.EqualTo("Consumer"));
    }

    [Test]
    public void A_static_consumer_that_comes_back_in_the_classic_protocol_makes_a_classic_group()
    {
        var scene = new MigrationScene();
        scene.Beat("c", 0, instance: "i");
        scene.Beat("c", -2, instance: "i");
        JoinGroupResponse joined = scene.Joined("", instance: "i");
        Assert.That(joined.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((scene.Listed.GroupType, scene.Listed.GroupState), Is.EqualTo(("Classic", "PreparingRebalance")));
        JoinGroupResponse again = scene.Joined(joined.MemberId, instance: "i");
        Assert.That((again.ErrorCode, again.Leader), Is.EqualTo((ErrorCode.None, joined.MemberId)));
    }

    [Test]
    public void A_consumer_group_becomes_classic_when_its_members_are_replaced_one_by_one()
    {
        var scene = new MigrationScene();
        scene.Beat("c", 0);
        string member = scene.Joined("").MemberId;
        Assert.That(scene.Listed.GroupType, Is.EqualTo("Consumer"));
        scene.Beat("c", -1);
        Assert.That(scene.Listed.GroupType, Is.EqualTo("Classic"));
        Assert.That(scene.Joined(member).Leader, Is.EqualTo(member));
    }

    private static void Complete(MigrationScene scene, string one, string two)
    {
        long[] joins = [scene.Join(one), scene.Join(two)];
        JoinGroupResponse[] joined = [.. joins.Select(scene.Group.Joined)];
        Assert.That(joined.Select(each => (each.ErrorCode, each.GenerationId)),
            Is.All.EqualTo((ErrorCode.None, 3)));
        string leader = joined[0].Leader;
        scene.Group.Sync(leader == one ? two : one, 3);
        scene.Assign(leader, 3, (one, "0,1"), (two, "2,3"));
    }

    /// <summary>Two classic members and a consumer, each with what it shall have, at epoch 2.</summary>
    private static MigrationScene Settled(out string one, out string two)
    {
        MigrationScene scene = MigrationScene.Upgraded(out one, out two);
        foreach (string member in new[] { one, two })
        {
            Assert.That(scene.Joined(member, owned: "").GenerationId, Is.EqualTo(2));
            Assert.That(scene.Synced(member, 2), Is.Not.Empty);
        }

        Assert.That(MigrationScene.Told(scene.Beat("c", 2)), Is.EqualTo("3"));
        Assert.That(scene.Listed.GroupState, Is.EqualTo("Stable"));
        return scene;
    }
}
