using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Groups.Offsets;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups.Offsets;

public sealed class GroupOffsetTableTests
{
    private static readonly TimeSpan Retention = GroupSettings.Default.OffsetsRetention;

    [Test]
    public void What_was_committed_is_what_is_fetched()
    {
        var group = new GroupScene();
        group.Commit("t", 3, offset: 42, metadata: "m", leaderEpoch: 7);
        OffsetFetchResponse.OffsetFetchTopic topic = group.Fetch([Asked("t", 3)]).Topics[0];
        OffsetFetchResponse.OffsetFetchPartition partition = topic.Partitions[0];
        Assert.That((topic.Name, partition.PartitionIndex, partition.CommittedOffset), Is.EqualTo(("t", 3, 42L)));
        Assert.That((partition.Metadata, partition.CommittedLeaderEpoch), Is.EqualTo(("m", new LeaderEpoch(7))));
    }

    [Test]
    public void A_commit_writes_one_record_a_partition_before_it_is_answered()
    {
        var group = new GroupScene();
        OffsetCommitRequest request = Requests.Commit("", -1);
        request.Topics = [request.Topics[0], new() { Name = "u", Partitions = request.Topics[0].Partitions }];
        long commit = group.Apply(ticket => group.Core.CommitOffsets(ticket, 8, request, group.Image, group.Now));
        Assert.That(group.RecordsBehind(commit), Is.EqualTo(2));
        Assert.That(group.Log.Select(record => ((OffsetCommitKey)record.Key).Topic), Is.EqualTo(["t", "u"]));
        var value = (OffsetCommitValue)group.Log[0].Value!;
        Assert.That((group.Log[0].KeyType, group.Log[0].ValueVersion), Is.EqualTo(((short)1, (short)4)));
        Assert.That(value.CommitTimestamp, Is.EqualTo(group.Now.TotalMilliseconds));
    }

    [Test]
    public void Where_nothing_is_committed_the_offset_is_minus_one()
    {
        var group = new GroupScene();
        group.Commit("t", 0);
        OffsetFetchResponse.OffsetFetchGroup fetched = group.Fetch([Asked("t", 1), Asked("u", 0)]);
        foreach (OffsetFetchResponse.OffsetFetchTopic topic in fetched.Topics)
        {
            OffsetFetchResponse.OffsetFetchPartition partition = topic.Partitions[0];
            Assert.That((partition.CommittedOffset, partition.Metadata, partition.ErrorCode),
                Is.EqualTo((-1L, "", ErrorCode.None)));
            Assert.That(partition.CommittedLeaderEpoch, Is.EqualTo(LeaderEpoch.None));
        }
    }

    [Test]
    public void Asked_for_no_topics_in_particular_all_are_told()
    {
        var group = new GroupScene();
        group.Commit("t", 0, offset: 1);
        group.Commit("t", 1, offset: 2);
        group.Commit("u", 0, offset: 3);
        Assert.That(group.Committed(), Is.EqualTo(["t-0=1", "t-1=2", "u-0=3"]));
        Assert.That(group.Fetch([]).Topics, Is.Empty);
    }

    [Test]
    public void Metadata_has_a_limit_and_the_offset_there_is_stays()
    {
        var group = new GroupScene();
        Assert.That(group.Commit(offset: 1, metadata: new string('x', 4096)), Is.EqualTo(ErrorCode.None));
        Assert.That(group.Commit(offset: 2, metadata: new string('x', 4097)),
            Is.EqualTo(ErrorCode.OffsetMetadataTooLarge));
        Assert.That(group.Committed(), Is.EqualTo(["t-0=1"]));
        Assert.That(group.Log, Has.Count.EqualTo(1));
    }

    [Test]
    public void From_outside_one_may_commit_only_while_there_are_no_members()
    {
        var group = new GroupScene();
        Assert.That(group.Commit(), Is.EqualTo(ErrorCode.None));
        Assert.That((group.State, group.Core.Listed.ProtocolType), Is.EqualTo(("Empty", "")), "a simple group");
        group.Form(1);
        Assert.That(group.Commit(), Is.EqualTo(ErrorCode.UnknownMemberId));
    }

    [TestCase(8, ErrorCode.IllegalGeneration)]
    [TestCase(9, ErrorCode.GroupIdNotFound)]
    public void A_generation_of_a_group_that_is_not_there_is_refused(short version, ErrorCode expected) =>
        Assert.That(new GroupScene().Commit(memberId: "m", generation: 1, version: version), Is.EqualTo(expected));

    [Test]
    public void A_refused_commit_tells_each_partition_and_writes_nothing()
    {
        var group = new GroupScene();
        group.Form(1);
        int records = group.Log.Count;
        Assert.That(group.Commit(memberId: "nobody", generation: 1), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.Log, Has.Count.EqualTo(records));
        Assert.That(group.Committed(), Is.Empty);
    }

    [Test]
    public void Offsets_of_a_simple_group_expire_each_so_long_after_its_commit()
    {
        var group = new GroupScene();
        group.Commit("t", 0);
        group.Advance(TimeSpan.FromDays(1));
        group.Commit("t", 1);
        group.Advance(Retention - TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
        Assert.That(group.Committed(), Has.Length.EqualTo(2));
        group.Advance(TimeSpan.FromMinutes(10));
        Assert.That(group.Committed(), Is.EqualTo(["t-1=1"]));
        Assert.That(group.Log[^1].Value, Is.Null);
        group.Advance(TimeSpan.FromDays(1));
        Assert.That(group.Core.Exists, Is.False);
        Assert.That(group.Reload().Core.Exists, Is.False);
    }

    [Test]
    public void Offsets_of_a_group_expire_so_long_after_it_lost_its_members_and_the_group_with_them()
    {
        var group = new GroupScene();
        string[] members = group.Form(1);
        group.Commit(memberId: members[0], generation: 1);
        Beat(group, members[0], TimeSpan.FromMinutes(2));
        group.Leave((members[0], null));
        group.Advance(Retention - TimeSpan.FromSeconds(1));
        Assert.That(group.Committed(), Has.Length.EqualTo(1));
        group.Advance(TimeSpan.FromMinutes(10));
        Assert.That(group.Committed(), Is.Empty);
        Assert.That(group.Core.Exists, Is.False);
        Assert.That(group.Log[^2..].Select(record => (record.KeyType, record.Value)),
            Is.EqualTo([((short)1, null), ((short)2, (Protocol.Wire.IProtocolMessage?)null)]));
    }

    [Test]
    public void Offsets_of_topics_that_are_subscribed_to_do_not_expire()
    {
        var group = new GroupScene(GroupSettings.Default with { OffsetsRetention = TimeSpan.FromMinutes(15) });
        string[] members = group.Form(1);
        group.Commit("t", memberId: members[0], generation: 1);
        group.Commit("u", memberId: members[0], generation: 1);
        Beat(group, members[0], TimeSpan.FromMinutes(21));
        Assert.That(group.Committed(), Is.EqualTo(["t-0=1"]));
    }

    [Test]
    public void A_commit_may_name_its_own_retention()
    {
        var group = new GroupScene();
        group.Commit("t", 0, retentionMs: 60_000, version: 4);
        group.Commit("t", 1);
        Assert.That(group.Log[0].ValueVersion, Is.EqualTo(1));
        Assert.That(((OffsetCommitValue)group.Log[0].Value!).ExpireTimestamp,
            Is.EqualTo(group.Now.TotalMilliseconds + 60_000));
        group.Reload().Advance(TimeSpan.FromMinutes(11));
        Assert.That(group.Committed(), Is.EqualTo(["t-1=1"]));
    }

    [Test]
    public void A_retention_beyond_all_time_never_ends()
    {
        var group = new GroupScene();
        group.Commit(retentionMs: long.MaxValue, version: 4);
        Assert.That(((OffsetCommitValue)group.Log[0].Value!).ExpireTimestamp, Is.EqualTo(long.MaxValue));
        group.Advance(TimeSpan.FromDays(30));
        Assert.That(group.Committed(), Has.Length.EqualTo(1));
    }

    [Test]
    public void Nothing_expires_while_a_group_rebalances()
    {
        var group = new GroupScene(GroupSettings.Default with { OffsetsRetention = TimeSpan.FromMinutes(1) });
        group.Commit("u", 0);
        long join = group.Join(sessionMs: 1_800_000, rebalanceMs: 1_800_000);
        group.Advance(3);
        string member = group.Joined(join).MemberId;
        group.Advance(TimeSpan.FromMinutes(15));
        Assert.That(group.Committed(), Is.EqualTo(["u-0=1"]));
        group.Complete(1, member);
        group.Advance(TimeSpan.FromMinutes(10));
        Assert.That(group.Committed(), Is.Empty);
    }

    [Test]
    public void Offsets_are_deleted_but_not_those_of_topics_a_member_subscribes_to()
    {
        var group = new GroupScene();
        string[] members = group.Form(1);
        foreach (string topic in new[] { "t", "u" }) group.Commit(topic, memberId: members[0], generation: 1);
        OffsetDeleteResponse subscribed = group.DeleteOffsets("t", 0);
        Assert.That(subscribed.Topics[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.GroupSubscribedToTopic));
        OffsetDeleteResponse other = group.DeleteOffsets("u", 0, 9);
        Assert.That(other.Topics[0].Partitions.Select(partition => partition.ErrorCode),
            Is.All.EqualTo(ErrorCode.None));
        Assert.That(group.Committed(), Is.EqualTo(["t-0=1"]));
        Assert.That(group.Log.Count(record => record.Value is null), Is.EqualTo(1));
    }

    [Test]
    public void While_it_is_not_known_what_members_subscribe_to_no_offset_is_deleted()
    {
        var group = new GroupScene();
        group.Commit("u");
        group.Join();
        Assert.That(group.DeleteOffsets("u", 0).Topics[0].Partitions[0].ErrorCode,
            Is.EqualTo(ErrorCode.GroupSubscribedToTopic));
    }

    [Test]
    public void Offsets_of_a_group_that_is_not_there_or_of_members_that_are_no_consumers_cannot_be_deleted()
    {
        var group = new GroupScene();
        Assert.That(group.DeleteOffsets("t", 0).ErrorCode, Is.EqualTo(ErrorCode.GroupIdNotFound));
        group.Commit();
        group.Join(type: "connect");
        Assert.That(group.DeleteOffsets("t", 0).ErrorCode, Is.EqualTo(ErrorCode.NonEmptyGroup));
    }

    [Test]
    public void One_group_is_asked_in_the_shape_of_several()
    {
        var request = new OffsetFetchRequest { GroupId = "g", Topics = [Asked("t", 0)] };
        var groups = OffsetFetchGroups.Of(request, 7);
        Assert.That(groups.Select(group => (group.GroupId, group.Topics)), Is.EqualTo([("g", request.Topics)]));
        var batched = new OffsetFetchRequest { Groups = [new() { GroupId = "a" }, new() { GroupId = "b" }] };
        Assert.That(OffsetFetchGroups.Of(batched, 8), Is.SameAs(batched.Groups));
    }

    [Test]
    public void Several_answers_go_back_in_the_shape_that_was_asked()
    {
        OffsetFetchRequest.OffsetFetchGroup asked = new() { GroupId = "g", Topics = [Asked("t", 5)] };
        var refused = OffsetFetchGroups.Refuse(asked, 7, ErrorCode.NotCoordinator);
        OffsetFetchResponse single = OffsetFetchGroups.Response([refused], 7);
        Assert.That((single.ErrorCode, single.Topics.Count), Is.EqualTo((ErrorCode.NotCoordinator, 0)));
        Assert.That(OffsetFetchGroups.Response([refused], 8).Groups, Is.EqualTo([refused]));
        OffsetFetchResponse first = OffsetFetchGroups.Response(
            [OffsetFetchGroups.Refuse(asked, 1, ErrorCode.NotCoordinator)], 1);
        Assert.That(first.Topics[0].Partitions[0].ErrorCode, Is.EqualTo(ErrorCode.NotCoordinator));
        Assert.That(first.Topics[0].Partitions[0].PartitionIndex, Is.EqualTo(5));
    }

    [Test]
    public void Offsets_are_kept_by_everybodys_clock_though_sessions_go_by_another()
    {
        TimeSpan slept = TimeSpan.FromDays(3);
        var services = new GroupServices(GroupSettings.Default, Guid.NewGuid) { Utc = now => now + slept };
        TimeSpan now = TimeSpan.FromDays(20_000);
        var group = new GroupCore("g", services, now);
        CoordinatorResult commit = group.CommitOffsets(1, 8, Requests.Commit("", -1), GroupScene.Topics().Image, now);
        Assert.That(((OffsetCommitValue)commit.Records[0].Value!).CommitTimestamp,
            Is.EqualTo((now + slept).TotalMilliseconds));
        slept += Retention;
        group.Tick(GroupScene.Topics().Image, now + TimeSpan.FromMinutes(11));
        Assert.That(group.Exists, Is.False);
    }

    private static OffsetFetchRequest.OffsetFetchTopic Asked(string topic, params int[] partitions) =>
        new() { Name = topic, PartitionIndexes = partitions };

    private static void Beat(GroupScene group, string member, TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(9))
        {
            group.Advance(9);
            Assert.That(group.Heartbeat(member, 1), Is.EqualTo(ErrorCode.None));
        }
    }
}
