using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups;

/// <summary>A group is of the classic or of the consumer kind. Here it changes that while it has no members.</summary>
public sealed class GroupKindTests
{
    [Test]
    public void A_consumer_that_joins_makes_a_consumer_group()
    {
        GroupScene group = Scene();
        ConsumerGroupHeartbeatResponse joined = Beat(group, "m", 0);
        Assert.That((joined.ErrorCode, joined.MemberId, joined.MemberEpoch), Is.EqualTo((ErrorCode.None, "m", 1)));
        ListGroupsResponse.ListedGroup listed = group.Core.Listed;
        Assert.That((listed.ProtocolType, listed.GroupState, listed.GroupType),
            Is.EqualTo(("consumer", "Stable", "Consumer")));
    }

    [Test]
    public void A_consumer_that_is_refused_makes_no_group()
    {
        GroupScene group = Scene();
        Assert.That(Beat(group, "m", 0, topics: null).ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(Beat(group, "m", 1).ErrorCode, Is.EqualTo(ErrorCode.GroupIdNotFound));
        Assert.That(group.Core.Exists, Is.False);
    }

    [Test]
    public void An_empty_classic_group_becomes_a_consumer_group_and_keeps_its_offsets()
    {
        GroupScene group = Scene();
        string member = group.Form(1)[0];
        group.Commit(offset: 7, memberId: member, generation: 1);
        Assert.That(Beat(group, "m", 0).ErrorCode, Is.EqualTo(ErrorCode.GroupIdNotFound), "unreadable assignment");
        group.Leave((member, null));
        int before = group.Log.Count;
        Assert.That(Beat(group, "m", 0).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((group.Log[before].KeyType, group.Log[before].Value),
            Is.EqualTo(((short)2, (Protocol.Wire.IProtocolMessage?)null)));
        Assert.That(group.Committed(), Is.EqualTo(["t-0=7"]));
        group.Reload();
        Assert.That((group.Core.Listed.GroupType, group.Committed()[0]), Is.EqualTo(("Consumer", "t-0=7")));
    }

    [Test]
    public void An_empty_consumer_group_becomes_a_classic_group_and_keeps_its_offsets()
    {
        GroupScene group = Scene();
        Beat(group, "m", 0);
        group.Commit(offset: 7, memberId: "m", generation: 1, version: 9);
        Beat(group, "m", -1);
        long join = group.Join();
        group.Advance(3);
        group.Complete(1, group.Joined(join).MemberId);
        group.Reload();
        Assert.That((group.Core.Listed.GroupType, group.State), Is.EqualTo(("Classic", "Stable")));
        Assert.That(group.Committed(), Is.EqualTo(["t-0=7"]));
    }

    [Test]
    public void Requests_of_classic_members_find_none_in_a_consumer_group()
    {
        GroupScene group = Scene();
        Beat(group, "m", 0);
        Assert.That(group.Heartbeat("m", 1), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.Synced(group.Sync("m", 1)).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.Leave(("m", null)).Members[0].ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(group.Describe(5).GroupState, Is.EqualTo("Dead"));
        Assert.That(group.Describe(6).ErrorCode, Is.EqualTo(ErrorCode.GroupIdNotFound));
    }

    [Test]
    public void Only_a_consumer_group_is_described_as_one()
    {
        GroupScene group = Scene();
        Assert.That(DescribeConsumer(group).ErrorCode, Is.EqualTo(ErrorCode.GroupIdNotFound));
        group.Commit();
        Assert.That(DescribeConsumer(group).ErrorCode, Is.EqualTo(ErrorCode.GroupIdNotFound));
        Beat(group, "m", 0);
        ConsumerGroupDescribeResponse.DescribedGroup described = DescribeConsumer(group);
        Assert.That((described.ErrorCode, described.GroupId, described.GroupState),
            Is.EqualTo((ErrorCode.None, "g", "Stable")));
        Assert.That(described.Members.Select(member => member.MemberId), Is.EqualTo(["m"]));
    }

    [Test]
    public void Offsets_of_a_consumer_group_are_committed_and_read_under_the_members_epoch()
    {
        GroupScene group = Scene();
        Beat(group, "m", 0);
        Assert.That(group.Commit(memberId: "m", generation: 0, version: 9), Is.EqualTo(ErrorCode.StaleMemberEpoch));
        Assert.That(group.Commit(memberId: "m", generation: 1, version: 9), Is.EqualTo(ErrorCode.None));
        Assert.That(group.Commit(), Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(Fetch(group, "m", 0).ErrorCode, Is.EqualTo(ErrorCode.StaleMemberEpoch));
        Assert.That(Fetch(group, "x", 1).ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(Fetch(group, "m", 1).Topics[0].Partitions[0].CommittedOffset, Is.EqualTo(1));
    }

    [Test]
    public void Offsets_of_topics_a_consumer_group_subscribes_to_stay()
    {
        GroupScene group = Scene(GroupSettings.Default with { OffsetsRetention = TimeSpan.FromMinutes(1) });
        Beat(group, "m", 0);
        foreach (string topic in new[] { "t", "u" }) group.Commit(topic, memberId: "m", generation: 1, version: 9);
        Assert.That(group.DeleteOffsets("t", 0).Topics[0].Partitions[0].ErrorCode,
            Is.EqualTo(ErrorCode.GroupSubscribedToTopic));
        for (int i = 0; i < 20; i++)
        {
            group.Advance(TimeSpan.FromSeconds(31));
            Beat(group, "m", 1, topics: null);
        }

        Assert.That(group.Committed(), Is.EqualTo(["t-0=1"]));
    }

    [Test]
    public void A_silent_consumer_is_fenced_and_the_empty_group_is_over_at_the_next_check()
    {
        GroupScene group = Scene();
        Beat(group, "m", 0);
        group.Advance(TimeSpan.FromSeconds(45));
        Assert.That(group.Core.Listed.GroupState, Is.EqualTo("Empty"));
        group.Advance(TimeSpan.FromMinutes(10));
        Assert.That(group.Core.Exists, Is.False);
        Assert.That(group.Loaded().Exists, Is.False);
    }

    [Test]
    public void A_consumer_group_without_members_is_deleted_with_its_offsets()
    {
        GroupScene group = Scene();
        Beat(group, "m", 0);
        group.Commit(memberId: "m", generation: 1, version: 9);
        Assert.That(group.Delete(), Is.EqualTo(ErrorCode.NonEmptyGroup));
        Beat(group, "m", -1);
        Assert.That(group.Delete(), Is.EqualTo(ErrorCode.None));
        Assert.That((group.Core.Exists, group.Loaded().Exists), Is.EqualTo((false, false)));
    }

    [Test]
    public void Members_of_a_loaded_consumer_group_have_a_whole_session()
    {
        GroupScene group = Scene();
        Beat(group, "m", 0);
        group.Advance(TimeSpan.FromSeconds(40));
        group.Reload().Advance(TimeSpan.FromSeconds(40));
        Assert.That(Beat(group, "m", 1, topics: null).ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    private static GroupScene Scene(GroupSettings? settings = null) => new(settings)
    {
        Image = new ImageBuilder().Formed().Broker(1).Topic(1, "t", [1], [1]).Topic(2, "u", [1]).Image,
    };

    private static ConsumerGroupHeartbeatResponse Beat(
        GroupScene group, string memberId, int epoch, string? topics = "t")
    {
        var request = new ConsumerGroupHeartbeatRequest
        {
            GroupId = GroupScene.GroupId,
            MemberId = memberId,
            MemberEpoch = epoch,
            RebalanceTimeoutMs = epoch == 0 ? 60_000 : -1,
            SubscribedTopicNames = topics is null ? null : [topics],
            TopicPartitions = epoch == 0 ? [] : null,
        };
        return group.Answer<ConsumerGroupHeartbeatResponse>(group.Apply(ticket =>
            group.Core.ConsumerHeartbeat(ticket, 1, request, GroupScene.Client, group.Image, group.Now)));
    }

    private static ConsumerGroupDescribeResponse.DescribedGroup DescribeConsumer(GroupScene group) =>
        group.Answer<ConsumerGroupDescribeResponse>(
            group.Apply(ticket => group.Core.DescribeConsumer(ticket, group.Image))).Groups[0];

    private static OffsetFetchResponse.OffsetFetchGroup Fetch(GroupScene group, string memberId, int epoch)
    {
        var request = new OffsetFetchRequest.OffsetFetchGroup
        {
            GroupId = GroupScene.GroupId,
            MemberId = memberId,
            MemberEpoch = epoch,
        };
        return group.Answer<OffsetFetchResponse>(
            group.Apply(ticket => group.Core.FetchOffsets(ticket, request, group.Image))).Groups[0];
    }
}
