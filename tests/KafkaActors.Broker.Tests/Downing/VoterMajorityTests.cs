using KafkaActors.Broker.Downing;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Downing;

public sealed class VoterMajorityTests
{
    private static readonly HashSet<NodeId> One = [new(1)];
    private static readonly HashSet<NodeId> Two = [new(1), new(2)];
    private static readonly HashSet<NodeId> Three = [new(1), new(2), new(3)];

    [Test]
    public void Nothing_is_done_while_everybody_is_seen() =>
        Assert.That(VoterMajority.Decide(Three, Seen("1 2 3 4")), Is.EqualTo(DowningDecision.Nothing));

    [Test]
    public void A_node_that_does_not_know_the_voters_goes() =>
        Assert.That(VoterMajority.Decide(null, Seen("1 2 -3")), Is.EqualTo(DowningDecision.DownSelf));

    [TestCase("1 -2 -3", true)]
    [TestCase("-1 2 3", false)]
    [TestCase("1 2 -3 -4 -5", true)]
    public void The_side_of_a_single_voter_stays(string members, bool stays) =>
        Assert.That(VoterMajority.Decide(One, Seen(members)), Is.EqualTo(Expected(stays)));

    [TestCase("1 -2")]
    [TestCase("-1 2")]
    public void With_two_voters_neither_side_has_a_majority(string members) =>
        Assert.That(VoterMajority.Decide(Two, Seen(members)), Is.EqualTo(DowningDecision.DownSelf));

    [TestCase("1 2 -3", true)]
    [TestCase("1 -2 3 -4 -5", true)]
    [TestCase("1 -2 -3 4 5 6", false)]
    [TestCase("4 5 -1", false)]
    [TestCase("1 1 -2 -3", false)]
    public void The_side_with_two_of_three_voters_stays(string members, bool stays) =>
        Assert.That(VoterMajority.Decide(Three, Seen(members)), Is.EqualTo(Expected(stays)));

    [Test]
    public void At_most_one_side_of_any_split_stays([Values(1, 2, 3, 4, 5)] int voters, [Range(0, 63)] int split)
    {
        HashSet<NodeId> set = [.. Enumerable.Range(0, voters).Select(id => new NodeId(id))];
        SeenMember[] Side(int reachable) => [.. Enumerable.Range(0, 6)
            .Select(id => new SeenMember(new NodeId(id), (split >> id & 1) == reachable))];
        DowningDecision[] sides = [VoterMajority.Decide(set, Side(0)), VoterMajority.Decide(set, Side(1))];
        Assert.That(sides.Count(side => side == DowningDecision.DownUnreachable), Is.LessThanOrEqualTo(1));
    }

    private static DowningDecision Expected(bool stays) =>
        stays ? DowningDecision.DownUnreachable : DowningDecision.DownSelf;

    private static SeenMember[] Seen(string members) => [.. members.Split(' ').Select(int.Parse)
        .Select(id => new SeenMember(new NodeId(Math.Abs(id)), id > 0))];
}
