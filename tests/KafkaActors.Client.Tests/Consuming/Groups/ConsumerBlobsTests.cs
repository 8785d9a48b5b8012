using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using static KafkaActors.Client.Tests.Consuming.Groups.Members;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>What consumers of all makes tell each other, byte by byte after Kafka's schemas.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class ConsumerBlobsTests
{
    // Version 3; topics "t"; user data of two bytes; owned "t" 0 and 2; generation 5; no rack.
    private const string Subscription3 =
        "0003" + "00000001" + "000174" + "00000002" + "cafe"
        + "00000001" + "000174" + "00000002" + "00000000" + "00000002" + "00000005" + "ffff";

    [Test]
    public void A_subscription_is_written_in_version_3()
    {
        ReadOnlyMemory<byte> blob = ConsumerBlobs.Subscription(
            ["t"], new byte[] { 0xca, 0xfe }, Partitions("tp0 tp2"), 5);
        Assert.That(Convert.ToHexStringLower(blob.Span), Is.EqualTo(Subscription3));
    }

    [TestCase("0000" + "00000001" + "000174" + "ffffffff", "", -1, TestName = "Version_0_has_topics_and_user_data")]
    [TestCase(
        "0001" + "00000001" + "000174" + "ffffffff" + "00000001" + "000174" + "00000001" + "00000002", "tp2", -1,
        TestName = "Version_1_has_owned_partitions")]
    [TestCase(Subscription3, "tp0 tp2", 5, TestName = "Version_3_has_a_generation")]
    [TestCase(
        "0009" + "00000001" + "000174" + "ffffffff" + "00000000" + "00000007" + "ffff" + "c0ffee", "", 7,
        TestName = "Of_a_later_version_the_known_part_is_read")]
    public void A_subscription_is_read_in_every_version(string hex, string owned, int generation)
    {
        GroupMember member = Read(hex);
        Assert.That(member.Topics, Is.EqualTo(new[] { "t" }));
        Assert.That(Text(member.Owned), Is.EqualTo(owned));
        Assert.That(member.Generation, Is.EqualTo(generation));
    }

    [TestCase("")]
    [TestCase("0003" + "7fffffff")]
    public void A_member_whose_subscription_cannot_be_read_subscribes_to_nothing(string hex)
    {
        GroupMember member = Read(hex);
        Assert.That((member.Id, member.InstanceId, member.Topics.Count), Is.EqualTo(("m", "i", 0)));
    }

    [Test]
    public void An_assignment_is_written_in_version_3() => Assert.That(
        Convert.ToHexStringLower(ConsumerBlobs.Assignment(new MemberAssignment(Partitions("tp1 up0 tp3"))).Span),
        Is.EqualTo(
            "0003" + "00000002" + "000174" + "00000002" + "00000001" + "00000003" + "000175" + "00000001" + "00000000"
            + "ffffffff"));

    [TestCase("0000" + "00000001" + "000174" + "00000002" + "00000001" + "00000003" + "ffffffff", "tp1 tp3")]
    [TestCase("0007" + "00000001" + "000174" + "00000001" + "00000001" + "00000001" + "00" + "beef", "tp1")]
    [TestCase("", "")]
    public void An_assignment_is_read_in_every_version(string hex, string partitions) => Assert.That(
        Text(ConsumerBlobs.ReadAssignment(Convert.FromHexString(hex)).Partitions), Is.EqualTo(partitions));

    [Test]
    public void Bytes_that_are_no_assignment_are_refused() => Assert.That(
        () => ConsumerBlobs.ReadAssignment(new byte[] { 0, 3, 0x7f, 0xff, 0xff, 0xff }),
        Throws.InstanceOf<ProtocolViolationException>());

    private static GroupMember Read(string hex) => ConsumerBlobs.ReadMember(new JoinGroupResponse.JoinGroupMember
    {
        MemberId = "m",
        GroupInstanceId = "i",
        Metadata = Convert.FromHexString(hex),
    });
}
