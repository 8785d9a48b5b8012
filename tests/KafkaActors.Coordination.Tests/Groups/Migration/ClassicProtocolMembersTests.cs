using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Migration;

/// <summary>What a consumer group answers to members that speak the classic protocol.</summary>
public sealed class ClassicProtocolMembersTests
{
    [Test]
    public void A_member_joins_again_and_syncs_what_it_is_assigned_in_its_own_version()
    {
        MigrationScene scene = MigrationScene.WithOne(out string member);
        scene.Beat("c", 0);
        Assert.That(scene.Group.Heartbeat(member, 1), Is.EqualTo(ErrorCode.RebalanceInProgress));
        JoinGroupResponse joined = scene.Joined(member, owned: "");
        Assert.That((joined.GenerationId, joined.MemberId, joined.ProtocolType, joined.ProtocolName),
            Is.EqualTo((2, member, "consumer", "range")));
        Assert.That((joined.Leader, joined.Members.Count), Is.EqualTo(("", 0)), "it leads nobody");
        SyncGroupResponse synced = scene.Group.Synced(scene.Group.Sync(member, 2, version: 5));
        Assert.That((synced.ErrorCode, synced.ProtocolType, synced.ProtocolName),
            Is.EqualTo((ErrorCode.None, "consumer", "range")));
        string kept = MigrationScene.Told(synced.Assignment);
        Assert.That(synced.Assignment.ToArray(), Is.EqualTo(MigrationScene.Assignment(kept, version: 1)));
        Assert.That(scene.Group.Heartbeat(member, 2), Is.EqualTo(ErrorCode.None));
        string taken = MigrationScene.Told(scene.Beat("c", 2))!;
        Assert.That($"{kept},{taken}".Split(',').Order(), Is.EqualTo(["0", "1", "2", "3"]));
    }

    [Test]
    public void A_cooperative_member_gives_up_what_it_has_to_before_it_gets_the_next_generation()
    {
        MigrationScene scene = MigrationScene.WithOne(out string member);
        scene.Beat("c", 0);
        Assert.That(scene.Joined(member, owned: "0,1,2,3").GenerationId, Is.EqualTo(1));
        string kept = scene.Synced(member, 1);
        Assert.That(kept.Split(','), Has.Length.EqualTo(2));
        Assert.That(MigrationScene.Told(scene.Beat("c", 2)), Is.Null, "nothing is free yet");
        Assert.That(scene.Group.Commit(memberId: member, generation: 1), Is.EqualTo(ErrorCode.None));
        Assert.That(scene.Group.Heartbeat(member, 1), Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(scene.Joined(member, owned: kept).GenerationId, Is.EqualTo(2));
        Assert.That(scene.Synced(member, 2), Is.EqualTo(kept));
        Assert.That(MigrationScene.Told(scene.Beat("c", 2))!.Split(','), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_member_whose_partitions_are_not_free_is_told_to_join_when_they_are()
    {
        var scene = new MigrationScene();
        scene.Beat("c", 0);
        JoinGroupResponse joined = scene.Joined("");
        Assert.That((joined.ErrorCode, joined.GenerationId), Is.EqualTo((ErrorCode.None, 2)));
        Assert.That(scene.Synced(joined.MemberId, 2), Is.Empty);
        Assert.That(scene.Group.Heartbeat(joined.MemberId, 2), Is.EqualTo(ErrorCode.None));
        string kept = MigrationScene.Told(scene.Beat("c", 1, owned: "0,1,2,3"))!;
        Assert.That(scene.Group.Heartbeat(joined.MemberId, 2), Is.EqualTo(ErrorCode.None));
        scene.Beat("c", 1, owned: kept);
        Assert.That(scene.Group.Heartbeat(joined.MemberId, 2), Is.EqualTo(ErrorCode.RebalanceInProgress));
        Assert.That(scene.Joined(joined.MemberId, owned: "").GenerationId, Is.EqualTo(2));
        Assert.That(scene.Synced(joined.MemberId, 2).Split(','), Has.Length.EqualTo(2));
    }

    [TestCase(1)]
    [TestCase(-1)]
    [TestCase(-2)]
    public void It_is_no_member_to_the_other_protocol_until_it_joins_by_it(int epoch)
    {
        var scene = new MigrationScene();
        scene.Beat("c", 0);
        string member = scene.Joined("", instance: "i").MemberId;
        string[] before = scene.Described();
        Assert.That(scene.Beat(member, epoch, instance: "i").ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(scene.Described(), Is.EqualTo(before));
        Assert.That(scene.Beat(member, 0, instance: "i").ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(scene.Described(), Has.All.StartsWith("consumer"));
    }

    [Test]
    public void A_new_member_is_given_its_id_first()
    {
        var scene = new MigrationScene();
        scene.Beat("c", 0);
        JoinGroupResponse given = scene.Group.Joined(scene.Join("", version: 4));
        Assert.That(given.ErrorCode, Is.EqualTo(ErrorCode.MemberIdRequired));
        Assert.That(scene.Described(), Has.Length.EqualTo(1));
        JoinGroupResponse joined = scene.Group.Joined(scene.Join(given.MemberId, version: 4));
        Assert.That((joined.ErrorCode, joined.MemberId), Is.EqualTo((ErrorCode.None, given.MemberId)));
    }

    [Test]
    public void A_member_that_shares_no_protocol_with_the_others_is_refused()
    {
        MigrationScene scene = MigrationScene.Upgraded(out string one, out _);
        Assert.That(scene.Group.Joined(scene.Join("", protocols: "sticky")).ErrorCode,
            Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
        Assert.That(scene.Group.Joined(scene.Group.Join(one, type: "connect")).ErrorCode,
            Is.EqualTo(ErrorCode.InconsistentGroupProtocol));
        Assert.That(scene.Group.Joined(scene.Join("", protocols: "sticky,range")).ErrorCode,
            Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_group_that_is_full_takes_no_classic_member()
    {
        MigrationScene scene = MigrationScene.WithOne(
            out string member, GroupSettings.Default with { ConsumerMaxSize = 2 });
        scene.Beat("c", 0);
        Assert.That(scene.Joined("").ErrorCode, Is.EqualTo(ErrorCode.GroupMaxSizeReached));
        Assert.That(scene.Joined(member).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Members_are_known_by_id_instance_protocol_and_generation()
    {
        MigrationScene scene = MigrationScene.Upgraded(out string one, out _);
        string owner = scene.Joined("", instance: "i").MemberId;
        GroupScene group = scene.Group;
        Assert.That(group.Heartbeat("x", 1), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.Heartbeat("c", 2), Is.EqualTo(ErrorCode.UnknownMemberId), "of the consumer protocol");
        Assert.That(group.Heartbeat(one, 2), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(group.Heartbeat(one, 1, "i"), Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(group.Heartbeat(one, 1, "j"), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(scene.Synced("c", 2), Is.EqualTo("UnknownMemberId"));
        Assert.That(scene.Synced(one, 0), Is.EqualTo("IllegalGeneration"));
        Assert.That(scene.Synced(one, 1), Is.EqualTo("RebalanceInProgress"));
        Assert.That(scene.Joined(one, instance: "i").ErrorCode, Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(scene.Joined(one, instance: "j").ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(scene.Joined(owner, instance: "i").ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void Offsets_are_committed_and_read_under_the_generation()
    {
        MigrationScene scene = MigrationScene.Upgraded(out string one, out _);
        Assert.That(scene.Group.Commit(memberId: one, generation: 1, version: 5), Is.EqualTo(ErrorCode.None));
        Assert.That(scene.Group.Commit(memberId: one, generation: 2), Is.EqualTo(ErrorCode.IllegalGeneration));
        Assert.That(Fetched(scene, one, 1), Is.EqualTo(ErrorCode.None));
        Assert.That(Fetched(scene, one, 2), Is.EqualTo(ErrorCode.IllegalGeneration));
    }

    [Test]
    public void A_silent_member_is_fenced_at_the_end_of_its_own_session()
    {
        MigrationScene scene = MigrationScene.Upgraded(out string one, out _);
        scene.Group.Advance(6);
        scene.Group.Heartbeat(one, 1);
        scene.Group.Advance(6);
        Assert.That(scene.Described(), Has.Length.EqualTo(2));
        scene.Group.Advance(6);
        Assert.That(scene.Described(), Has.Length.EqualTo(1));
    }

    [Test]
    public void A_member_that_was_fenced_and_still_reads_is_told_so_when_it_joins_again()
    {
        MigrationScene scene = MigrationScene.Upgraded(out string one, out _);
        scene.Group.Advance(11);
        Assert.That(scene.Joined(one, owned: "0,1").ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(scene.Joined(one, owned: "").ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public void A_member_that_does_not_join_again_is_fenced_after_its_rebalance_timeout()
    {
        MigrationScene scene = MigrationScene.WithOne(out string member);
        scene.Beat("c", 0);
        AssertFencedAfterAMinute(scene, member, 1);
    }

    [Test]
    public void A_member_that_does_not_sync_is_fenced_after_its_rebalance_timeout()
    {
        MigrationScene scene = MigrationScene.WithOne(out string member);
        scene.Beat("c", 0);
        scene.Joined(member, owned: "");
        AssertFencedAfterAMinute(scene, member, 2);
    }

    [Test]
    public void A_member_that_has_synced_stays()
    {
        MigrationScene scene = MigrationScene.WithOne(out string member);
        scene.Beat("c", 0);
        scene.Joined(member, owned: "");
        scene.Synced(member, 2);
        KeepAlive(scene, member, 2, 100);
        Assert.That(scene.Described(), Has.Length.EqualTo(2));
    }

    [Test]
    public void Members_leave_each_with_its_own_outcome()
    {
        MigrationScene scene = MigrationScene.Upgraded(out string one, out _);
        scene.Joined("", instance: "i");
        LeaveGroupResponse response =
            scene.Group.Leave((one, null), (one, null), ("c", null), ("x", null), ("", "i"), (one, "j"));
        Assert.That(response.Members.Select(member => member.ErrorCode), Is.EqualTo(
        [
            ErrorCode.None, ErrorCode.UnknownMemberId, ErrorCode.UnknownMemberId, ErrorCode.UnknownMemberId,
            ErrorCode.None, ErrorCode.UnknownMemberId,
        ]));
        Assert.That(scene.Described(), Has.Length.EqualTo(2));
    }

    [Test]
    public void A_static_member_is_replaced_within_and_across_protocols_and_keeps_its_assignment()
    {
        var scene = new MigrationScene();
        scene.Beat("other", 0);
        scene.Beat("c", 0, instance: "i");
        scene.Beat("other", 1, owned: "");
        string own = MigrationScene.Told(scene.Beat("c", 2, instance: "i"))!;
        Assert.That(own.Split(','), Has.Length.EqualTo(2));

        string first = scene.Joined("", instance: "i").MemberId;
        Assert.That(scene.Synced(first, 2), Is.EqualTo(own));
        string second = scene.Joined("", instance: "i").MemberId;
        Assert.That(scene.Group.Heartbeat(first, 2, "i"), Is.EqualTo(ErrorCode.FencedInstanceId));
        Assert.That(scene.Synced(second, 2), Is.EqualTo(own));
        ConsumerGroupHeartbeatResponse back = scene.Beat("d", 0, instance: "i");
        Assert.That((back.ErrorCode, back.MemberEpoch, MigrationScene.Told(back)),
            Is.EqualTo((ErrorCode.None, 2, own)));
        Assert.That(scene.Described(), Has.Length.EqualTo(2));
    }

    private static void AssertFencedAfterAMinute(MigrationScene scene, string member, int generation)
    {
        KeepAlive(scene, member, generation, 59);
        Assert.That(scene.Described(), Has.Length.EqualTo(2));
        KeepAlive(scene, member, generation, 3);
        Assert.That(scene.Described(), Has.Length.EqualTo(1));
    }

    private static void KeepAlive(MigrationScene scene, string member, int generation, int seconds)
    {
        for (int i = 0; i < seconds; i++)
        {
            scene.Group.Heartbeat(member, generation);
            scene.Beat("c", 2);
            scene.Group.Advance(1);
        }
    }

    private static ErrorCode Fetched(MigrationScene scene, string memberId, int epoch)
    {
        var request = new OffsetFetchRequest.OffsetFetchGroup
        {
            GroupId = GroupScene.GroupId,
            MemberId = memberId,
            MemberEpoch = epoch,
        };
        return scene.Group.Answer<OffsetFetchResponse>(
            scene.Group.Apply(ticket => scene.Group.Core.FetchOffsets(ticket, request, scene.Group.Image)))
            .Groups[0].ErrorCode;
    }
}
