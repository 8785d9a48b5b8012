using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Groups.Classic;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Tests.Groups;

/// <summary>The bytes were written down by hand from Kafka's schemas; blanks separate fields.</summary>
public sealed class GroupRecordCodecTests
{
    private const string OffsetKey = "0001 0002 6731 0001 74 00000003";
    private const string GroupKey = "0002 0002 6731";
    private const string ToMember =
        "0003 6D2D31 0003 692D31 0001 63 0002 2F68 0000EA60 00002710 00000002 0102 00000003 030405";

    private static readonly OffsetCommitKey Offset = new() { Group = "g1", Topic = "t", Partition = 3 };
    private static readonly GroupMetadataKey Group = new() { Group = "g1" };

    [Test]
    public void An_offset_is_written_in_version_3()
    {
        var value = new OffsetCommitValue
        {
            Offset = 42,
            LeaderEpoch = new LeaderEpoch(7),
            Metadata = "m",
            CommitTimestamp = 1_700_000_000_000,
        };
        var record = new CoordinatorRecord(GroupRecordTypes.OffsetCommit, Offset, value, 3);
        Assert.That(record.EncodedKey.ToArray(), Is.EqualTo(Bytes(OffsetKey)));
        Assert.That(Value(record),
            Is.EqualTo(Bytes("0003 000000000000002A 00000007 0001 6D 0000018BCFE56800")));
    }

    [Test]
    public void An_offset_with_an_expiry_is_written_in_version_1()
    {
        var value = new OffsetCommitValue
        {
            Offset = 42,
            CommitTimestamp = 1_700_000_000_000,
            ExpireTimestamp = 1_700_000_060_000,
        };
        Assert.That(Value(new CoordinatorRecord(1, Offset, value, 1)),
            Is.EqualTo(Bytes("0001 000000000000002A 0000 0000018BCFE56800 0000018BCFE65260")));
    }

    [Test]
    public void A_classic_member_of_a_consumer_group_is_written_behind_a_tag_as_nullable_structs_are()
    {
        var value = new ConsumerGroupMemberMetadataValue
        {
            ClientId = "c",
            ClientHost = "/h",
            SubscribedTopicNames = ["t"],
            RebalanceTimeoutMs = 60_000,
            ClassicMemberMetadata = new()
            {
                SessionTimeoutMs = 10_000,
                SupportedProtocols = [new() { Name = "range", Metadata = new byte[] { 1, 2, 3 } }],
            },
        };
        var key = new ConsumerGroupMemberMetadataKey { GroupId = "g1", MemberId = "m" };
        var record = new CoordinatorRecord(GroupRecordTypes.ConsumerGroupMemberMetadata, key, value, 0);
        byte[] bytes = Bytes("0000 00 00 02 63 03 2F68 02 02 74 00 0000EA60 00"
            + " 01 00 12 01 00002710 02 06 72616E6765 04 010203 00 00");
        Assert.That(Value(record), Is.EqualTo(bytes));
        var read = (ConsumerGroupMemberMetadataValue)GroupRecordCodec
            .Decode(record.EncodedKey, bytes)!.Value!;
        Assert.That(read.ClassicMemberMetadata!.SessionTimeoutMs, Is.EqualTo(10_000));
        Assert.That(read.ClassicMemberMetadata.SupportedProtocols[0].Metadata.ToArray(), Is.EqualTo(new[] { 1, 2, 3 }));
    }

    [TestCase("0000 000000000000002A 0001 6D 0000018BCFE56800", -1, -1)]
    [TestCase("0001 000000000000002A 0001 6D 0000018BCFE56800 0000018BCFE65260", -1, 1_700_000_060_000)]
    [TestCase("0002 000000000000002A 0001 6D 0000018BCFE56800", -1, -1)]
    [TestCase("0003 000000000000002A 00000007 0001 6D 0000018BCFE56800", 7, -1)]
    [TestCase("0004 000000000000002A 00000007 02 6D 0000018BCFE56800 00", 7, -1)]
    public void An_offset_of_any_version_is_read(string bytes, int leaderEpoch, long expires)
    {
        CoordinatorRecord record = GroupRecordCodec.Decode(Bytes(OffsetKey), Bytes(bytes))!;
        var key = (OffsetCommitKey)record.Key;
        var value = (OffsetCommitValue)record.Value!;
        Assert.That((key.Group, key.Topic, key.Partition), Is.EqualTo(("g1", "t", 3)));
        Assert.That((value.Offset, value.Metadata, value.CommitTimestamp), Is.EqualTo((42L, "m", 1_700_000_000_000)));
        Assert.That((value.LeaderEpoch.Value, value.ExpireTimestamp), Is.EqualTo((leaderEpoch, expires)));
        Assert.That(Value(record), Is.EqualTo(Bytes(bytes)));
    }

    [Test]
    public void A_generation_is_written_in_version_3()
    {
        var value = new GroupMetadataValue
        {
            ProtocolType = "consumer",
            Generation = 5,
            Protocol = "range",
            Leader = "m-1",
            CurrentStateTimestamp = 1_700_000_000_000,
            Members =
            [
                new()
                {
                    MemberId = "m-1",
                    GroupInstanceId = "i-1",
                    ClientId = "c",
                    ClientHost = "/h",
                    RebalanceTimeout = 60_000,
                    SessionTimeout = 10_000,
                    Subscription = new byte[] { 1, 2 },
                    Assignment = new byte[] { 3, 4, 5 },
                },
            ],
        };
        var record = new CoordinatorRecord(GroupRecordTypes.GroupMetadata, Group, value, 3);
        Assert.That(record.EncodedKey.ToArray(), Is.EqualTo(Bytes(GroupKey)));
        Assert.That(Value(record), Is.EqualTo(Bytes(
            $"0003 0008 636F6E73756D6572 00000005 0005 72616E6765 0003 6D2D31 0000018BCFE56800 00000001 {ToMember}")));
    }

    [TestCase("0000 0008 636F6E73756D6572 00000005 0005 72616E6765 0003 6D2D31 00000001"
        + "0003 6D2D31 0001 63 0002 2F68 00002710 00000002 0102 00000003 030405", null, -1)]
    [TestCase("0001 0008 636F6E73756D6572 00000005 0005 72616E6765 0003 6D2D31 00000001"
        + "0003 6D2D31 0001 63 0002 2F68 0000EA60 00002710 00000002 0102 00000003 030405", null, 60_000)]
    [TestCase("0002 0008 636F6E73756D6572 00000005 0005 72616E6765 0003 6D2D31 0000018BCFE56800 00000001"
        + "0003 6D2D31 0001 63 0002 2F68 0000EA60 00002710 00000002 0102 00000003 030405", null, 60_000)]
    [TestCase("0003 0008 636F6E73756D6572 00000005 0005 72616E6765 0003 6D2D31 0000018BCFE56800 00000001" + ToMember,
        "i-1", 60_000)]
    [TestCase("0004 09 636F6E73756D6572 00000005 06 72616E6765 04 6D2D31 0000018BCFE56800 02"
        + "04 6D2D31 04 692D31 02 63 03 2F68 0000EA60 00002710 03 0102 04 030405 00 00", "i-1", 60_000)]
    public void A_generation_of_any_version_is_read(string bytes, string? instance, int rebalanceTimeout)
    {
        CoordinatorRecord record = GroupRecordCodec.Decode(Bytes(GroupKey), Bytes(bytes))!;
        var value = (GroupMetadataValue)record.Value!;
        GroupMetadataValue.MemberMetadata member = value.Members.Single();
        Assert.That(((GroupMetadataKey)record.Key).Group, Is.EqualTo("g1"));
        Assert.That((value.ProtocolType, value.Generation, value.Protocol, value.Leader),
            Is.EqualTo(("consumer", 5, "range", "m-1")));
        Assert.That((member.MemberId, member.GroupInstanceId, member.ClientId, member.ClientHost),
            Is.EqualTo(("m-1", instance, "c", "/h")));
        Assert.That((member.RebalanceTimeout, member.SessionTimeout), Is.EqualTo((rebalanceTimeout, 10_000)));
        Assert.That(member.Subscription.ToArray(), Is.EqualTo(new byte[] { 1, 2 }));
        Assert.That(member.Assignment.ToArray(), Is.EqualTo(new byte[] { 3, 4, 5 }));
        Assert.That(Value(record), Is.EqualTo(Bytes(bytes)));
    }

    [Test]
    public void An_empty_generation_has_neither_protocol_nor_leader()
    {
        CoordinatorRecord record = GroupRecordCodec.Decode(
            Bytes(GroupKey), Bytes("0003 0008 636F6E73756D6572 00000006 FFFF FFFF FFFFFFFFFFFFFFFF 00000000"))!;
        var value = (GroupMetadataValue)record.Value!;
        Assert.That((value.Protocol, value.Leader, value.CurrentStateTimestamp, value.Members.Count),
            Is.EqualTo(((string?)null, (string?)null, -1L, 0)));
    }

    [Test]
    public void A_consumer_groups_epoch_is_read_and_written()
    {
        CoordinatorRecord record = GroupRecordCodec.Decode(Bytes("0003 0002 6731"), Bytes("0000 00000009 00"))!;
        Assert.That(((ConsumerGroupMetadataKey)record.Key).GroupId, Is.EqualTo("g1"));
        Assert.That(((ConsumerGroupMetadataValue)record.Value!).Epoch, Is.EqualTo(9));
        Assert.That(Value(record), Is.EqualTo(Bytes("0000 00000009 00")));
    }

    [Test]
    public void A_consumer_groups_member_is_read_and_written()
    {
        byte[] bytes = Bytes("0000 00 02 72 02 63 03 2F68 02 02 74 00 0000EA60 08 756E69666F726D 00");
        CoordinatorRecord record = GroupRecordCodec.Decode(Bytes("0005 0002 6731 0003 6D2D31"), bytes)!;
        var value = (ConsumerGroupMemberMetadataValue)record.Value!;
        Assert.That(((ConsumerGroupMemberMetadataKey)record.Key).MemberId, Is.EqualTo("m-1"));
        Assert.That((value.InstanceId, value.RackId, value.ClientId, value.ClientHost),
            Is.EqualTo(((string?)null, "r", "c", "/h")));
        Assert.That((value.RebalanceTimeoutMs, value.ServerAssignor, value.SubscribedTopicNames[0]),
            Is.EqualTo((60_000, "uniform", "t")));
        Assert.That(Value(record), Is.EqualTo(bytes));
    }

    [TestCase("0003 0002 6731")]
    [TestCase("0004 0002 6731")]
    [TestCase("0005 0002 6731 0003 6D2D31")]
    [TestCase("0006 0002 6731")]
    [TestCase("0007 0002 6731 0003 6D2D31")]
    [TestCase("0008 0002 6731 0003 6D2D31")]
    public void Every_key_of_a_consumer_group_is_read_and_written(string bytes)
    {
        CoordinatorRecord record = GroupRecordCodec.Decode(Bytes(bytes), null)!;
        Assert.That(record.EncodedKey.ToArray(), Is.EqualTo(Bytes(bytes)));
    }

    [Test]
    public void A_tombstone_has_a_key_only()
    {
        var record = new CoordinatorRecord(GroupRecordTypes.GroupMetadata, Group, null, 0);
        Assert.That(record.EncodedValue, Is.Null);
        Assert.That(GroupRecordCodec.Decode(Bytes(GroupKey), null)!.Value, Is.Null);
    }

    [Test]
    public void Kafkas_first_key_of_an_offset_is_read() =>
        Assert.That(GroupRecordCodec.Decode(Bytes("0000 0002 6731 0001 74 00000003"), null)!.KeyType, Is.Zero);

    [Test]
    public void A_record_of_a_kind_that_is_not_known_is_skipped() =>
        Assert.That(GroupRecordCodec.Decode(Bytes("7FFF 0102"), Bytes("0000")), Is.Null);

    [TestCase("0005 000000000000002A")]
    [TestCase("FFFF 000000000000002A")]
    [TestCase("0003 000000000000002A 00000007 0001")]
    [TestCase("00")]
    public void A_value_that_cannot_be_read_is_a_violation(string bytes) =>
        Assert.That(() => GroupRecordCodec.Decode(Bytes(OffsetKey), Bytes(bytes)),
            Throws.InstanceOf<ProtocolViolationException>());

    // As kafka-python 2.0.2 writes it: version 0, topics t and uv, no user data.
    [TestCase("0000 00000002 0001 74 0002 7576 00000000", "t uv")]
    // From the schema: version 3 without user data; owned partitions, generation and rack stand behind.
    [TestCase("0003 00000001 0001 74 FFFFFFFF 00000000 FFFFFFFF FFFF", "t")]
    public void The_topics_of_a_subscription_are_read(string bytes, string topics) =>
        Assert.That(string.Join(' ', ClassicConsumerProtocol.TopicsOf(Bytes(bytes))!), Is.EqualTo(topics));

    [TestCase("")]
    [TestCase("0000 00000009 0001 74")]
    public void Bytes_that_are_no_subscription_have_no_topics(string bytes) =>
        Assert.That(ClassicConsumerProtocol.TopicsOf(Bytes(bytes)), Is.Null);

    private static byte[]? Value(CoordinatorRecord record) => record.EncodedValue?.ToArray();

    private static byte[] Bytes(string hex) =>
        Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
