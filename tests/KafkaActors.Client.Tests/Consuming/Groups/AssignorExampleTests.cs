using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;
using static KafkaActors.Client.Tests.Consuming.Groups.Members;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>The examples that Kafka's documentation of its assignors gives, and the bytes they exchange.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AssignorExampleTests
{
    private static readonly Dictionary<string, int> TwoTopicsOfThree = new() { ["t0"] = 3, ["t1"] = 3 };
    private static readonly Dictionary<string, int> OneTwoThree = new() { ["t0"] = 1, ["t1"] = 2, ["t2"] = 3 };
    private static readonly Dictionary<string, int> FourOfTwo =
        new() { ["t0"] = 2, ["t1"] = 2, ["t2"] = 2, ["t3"] = 2 };

    private static readonly GroupMember[] Unequal =
        [Member("C0", "t0"), Member("C1", "t0 t1"), Member("C2", "t0 t1 t2")];

    [Test]
    public void Range_gives_each_topic_in_ranges() => Assert.That(
        Text(new RangeAssignor().Assign(TwoTopicsOfThree, [Member("C1", "t0 t1"), Member("C0", "t0 t1")])),
        Is.EqualTo("C0: t0p0 t0p1 t1p0 t1p1 | C1: t0p2 t1p2"));

    [Test]
    public void Round_robin_deals_partitions_in_turn() => Assert.That(
        Text(new RoundRobinAssignor().Assign(TwoTopicsOfThree, [Member("C1", "t0 t1"), Member("C0", "t0 t1")])),
        Is.EqualTo("C0: t0p0 t0p2 t1p1 | C1: t0p1 t1p0 t1p2"));

    [Test]
    public void Round_robin_passes_over_who_does_not_subscribe() => Assert.That(
        Text(new RoundRobinAssignor().Assign(OneTwoThree, Unequal)),
        Is.EqualTo("C0: t0p0 | C1: t1p0 | C2: t1p1 t2p0 t2p1 t2p2"));

    [Test]
    public void Sticky_balances_where_subscriptions_differ() => Assert.That(
        Text(new StickyAssignor().Assign(OneTwoThree, Unequal)),
        Is.EqualTo("C0: t0p0 | C1: t1p0 t1p1 | C2: t2p0 t2p1 t2p2"));

    [Test]
    public void Sticky_leaves_the_others_what_they_have_when_a_member_is_gone()
    {
        var sticky = new StickyAssignor();
        GroupMember[] left =
        [
            Member("C0", "t0 t1 t2 t3").With(sticky, Partitions("t0p0 t1p1 t3p0"), 1),
            Member("C2", "t0 t1 t2 t3").With(sticky, Partitions("t1p0 t2p1"), 1),
        ];
        Assert.That(
            Text(sticky.Assign(FourOfTwo, left)),
            Is.EqualTo("C0: t0p0 t1p1 t2p0 t3p0 | C2: t0p1 t1p0 t2p1 t3p1"));
    }

    [Test]
    public void Static_members_come_before_the_others_by_their_instance() => Assert.That(
        Text(new RangeAssignor().Assign(
            new Dictionary<string, int> { ["t"] = 4 },
            [
                Member("a", "t"),
                Member("z1", "t") with { InstanceId = "2" },
                Member("z2", "t") with { InstanceId = "1" },
            ])),
        Is.EqualTo("a: tp3 | z1: tp2 | z2: tp0 tp1"));

    [Test]
    public void A_topic_that_does_not_exist_is_left_out(
        [Values("range", "roundrobin", "sticky", "cooperative-sticky")] string name) => Assert.That(
        Text(Assignor(name).Assign(
            new Dictionary<string, int> { ["t"] = 1, ["other"] = 5 }, [Member("a", "t absent")])),
        Is.EqualTo("a: tp0"));

    [Test]
    public void Of_two_owners_the_younger_generation_is_right()
    {
        var sticky = new StickyAssignor();
        GroupMember[] members =
        [
            Member("a", "t").With(sticky, Partitions("tp0 tp1"), 3),
            Member("b", "t").With(sticky, Partitions("tp0 tp1"), 4),
        ];
        Dictionary<string, List<TopicPartition>> assignment =
            sticky.Assign(new Dictionary<string, int> { ["t"] = 3 }, members);
        Assert.That(Text(assignment), Is.EqualTo("a: tp2 | b: tp0 tp1"));
    }

    [Test]
    public void A_cooperative_member_gets_nothing_that_another_still_has()
    {
        var cooperative = new CooperativeStickyAssignor();
        var counts = new Dictionary<string, int> { ["t"] = 4 };
        GroupMember[] members = [Member("a", "t", "tp0 tp1 tp2 tp3", 1), Member("b", "t")];
        Assert.That(Text(cooperative.Assign(counts, members)), Is.EqualTo("a: tp0 tp1 | b: "));
        members = [Member("a", "t", "tp0 tp1", 2), Member("b", "t", "", 2)];
        Assert.That(Text(cooperative.Assign(counts, members)), Is.EqualTo("a: tp0 tp1 | b: tp2 tp3"));
    }

    [Test]
    public void A_partition_that_two_of_one_generation_have_is_taken_from_both()
    {
        GroupMember[] members = [Member("a", "t", "tp0", 1), Member("b", "t", "tp0 tp1", 1)];
        Assert.That(
            Text(new CooperativeStickyAssignor().Assign(new Dictionary<string, int> { ["t"] = 2 }, members)),
            Is.EqualTo("a:  | b: tp1"));
    }

    [Test]
    public void Cooperative_members_of_old_versions_name_their_generation_in_the_user_data()
    {
        GroupMember[] members =
        [
            Member("a", "t", "tp0") with { UserData = new byte[] { 0, 0, 0, 4 } },
            Member("b", "t", "tp0 tp1", 3),
        ];
        Assert.That(
            Text(new CooperativeStickyAssignor().Assign(new Dictionary<string, int> { ["t"] = 2 }, members)),
            Is.EqualTo("a: tp0 | b: tp1"));
    }

    // Array of one: string "t0", array of 0 and 2; then the generation, in version 1 only.
    [TestCase("00000001" + "00027430" + "00000002" + "00000000" + "00000002" + "00000005")]
    [TestCase("00000001" + "00027430" + "00000002" + "00000000" + "00000002")]
    public void What_sticky_members_had_is_read_in_both_versions(string hex)
    {
        GroupMember former = Member("z", "t0") with { UserData = Convert.FromHexString(hex) };
        Dictionary<string, List<TopicPartition>> assignment = new StickyAssignor().Assign(
            new Dictionary<string, int> { ["t0"] = 4 }, [Member("a", "t0"), former]);
        Assert.That(Text(assignment), Is.EqualTo("a: t0p1 t0p3 | z: t0p0 t0p2"));
    }

    [Test]
    public void What_a_sticky_member_had_is_written_in_version_1()
    {
        ReadOnlyMemory<byte>? data = new StickyAssignor().SubscriptionUserData(
            new MemberSubscription(["t0"], Partitions("t0p0 t0p2"), 5));
        Assert.That(
            Convert.ToHexStringLower(data!.Value.Span),
            Is.EqualTo("00000001" + "00027430" + "00000002" + "00000000" + "00000002" + "00000005"));
    }

    [Test]
    public void User_data_that_cannot_be_read_counts_as_none() => Assert.That(
        Text(new StickyAssignor().Assign(
            new Dictionary<string, int> { ["t"] = 2 },
            [Member("a", "t") with { UserData = new byte[] { 0x7f, 0xff, 0xff, 0xff, 1 } }, Member("b", "t")])),
        Is.EqualTo("a: tp0 | b: tp1"));
}
