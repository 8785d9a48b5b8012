using KafkaActors.Broker.Downing;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Downing;

public sealed class DowningCoreTests
{
    private const int Long = 5 * HearingNetwork.StableTicks;

    [Test]
    public void One_cut_link_downs_nobody_while_the_third_node_hears_both_ends([Values(1, 2, 3)] int third)
    {
        var network = new HearingNetwork(3, 3);
        int[] ends = [.. Enumerable.Range(1, 3).Except([third])];
        network.Cut(ends[0], ends[1]);
        network.Rounds(10 * Long);
        Assert.That(network.Downed, Is.Empty);
        Assert.That(network.Ended, Is.Empty);
    }

    [Test]
    public void An_isolated_node_ends_itself_and_is_downed_by_the_others([Values(1, 2, 3, 4)] int node)
    {
        var network = new HearingNetwork(4, 3);
        network.Isolate(node);
        network.Rounds(Long);
        Assert.That(network.Downed, Is.EqualTo(new[] { node }));
        Assert.That(network.Ended, Is.EqualTo(new Dictionary<int, SelfDowning> { [node] = SelfDowning.NoMajority }));
    }

    [Test]
    public void Nothing_is_decided_before_the_stable_time_is_over()
    {
        var network = new HearingNetwork(3, 3);
        network.Isolate(3);
        network.Rounds(HearingNetwork.StableTicks);
        Assert.That(network.Downed, Is.Empty);
        Assert.That(network.Ended, Is.Empty);
        network.Heal();
        network.Rounds(Long);
        Assert.That(network.Downed, Is.Empty);
        Assert.That(network.Ended, Is.Empty);
    }

    [Test]
    public void Loss_one_way_is_silence([Values] bool fromTheNode)
    {
        var network = new HearingNetwork(3, 3);
        foreach (int other in new[] { 1, 2 })
            if (fromTheNode) network.CutOneWay(3, other);
            else network.CutOneWay(other, 3);
        network.Rounds(Long);
        Assert.That(network.Downed, Is.EqualTo(new[] { 3 }));
        Assert.That(network.Ended.Keys, Is.EqualTo(new[] { 3 }));
    }

    [Test]
    public void Two_of_five_voters_that_fall_silent_at_once_are_downed_by_the_three()
    {
        var network = new HearingNetwork(7, 5);
        network.Silence(2);
        network.Silence(4);
        network.Rounds(Long);
        Assert.That(network.Downed, Is.EquivalentTo(new[] { 2, 4 }));
        Assert.That(network.Ended, Is.Empty);
    }

    [Test]
    public void One_of_three_voters_alone_ends_itself_and_downs_nobody()
    {
        var network = new HearingNetwork(3, 3);
        network.Silence(1);
        network.Silence(2);
        network.Rounds(Long);
        Assert.That(network.Downed, Is.Empty);
        Assert.That(network.Ended[3], Is.EqualTo(SelfDowning.NoMajority));
    }

    [TestCase(1, new[] { 2, 3 }, TestName = "A_single_voter_keeps_its_side")]
    [TestCase(2, new[] { 1, 2, 3 }, TestName = "With_two_voters_neither_side_stays")]
    public void The_sides_of_few_voters(int voters, int[] ended)
    {
        var network = new HearingNetwork(3, voters);
        network.Cut(1, 2);
        network.Cut(1, 3);
        network.Rounds(Long);
        Assert.That(network.Ended.Keys, Is.EquivalentTo(ended));
    }

    [Test]
    public void A_killed_process_is_confirmed_dead_in_the_first_round([Values(1, 2, 3, 4)] int node)
    {
        var network = new HearingNetwork(4, 3);
        network.Kill(node);
        network.Rounds(1);
        Assert.That(network.Confirmed, Is.EqualTo(new[] { node }));
        Assert.That(network.Ended, Is.Empty);
    }

    [TestCase(true, "NodeConfirmedDead node 3: uid 9, voters refused 2, voters 3, voters at offset 10")]
    [TestCase(false, "NodeDowned node 3: uid 9, voters not hearing 2, voters 3, voters at offset 10")]
    public void A_downing_says_what_it_was_taken_from(bool isConfirmed, string expected)
    {
        var down = new DowningEffect.Down(
            new Peer(new NodeId(3), "c", 9), isConfirmed, 2, HearingNetwork.SetOf(10, [1, 2, 3]));
        Assert.That(down.Cause.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void A_minority_that_was_refused_confirms_nothing()
    {
        var network = new HearingNetwork(5, 5);
        network.Isolate(4);
        network.Isolate(5);
        network.Heal();
        foreach (int side in new[] { 1, 2, 3 })
            foreach (int other in new[] { 4, 5 })
                network.Cut(side, other);
        network.Kill(5);
        network.Rounds(HearingNetwork.StableTicks - 1);
        Assert.That(network.Confirmed, Is.Empty);
        network.Rounds(Long);
        Assert.That(network.Confirmed, Is.Empty);
        Assert.That(network.Downed, Is.EquivalentTo(new[] { 4, 5 }));
    }

    [Test]
    public void A_voter_that_was_started_again_answers_before_it_is_a_member()
    {
        var network = new HearingNetwork(3, 3);
        network.Silence(3);
        network.Kill(2);
        network.Restart(2);
        network.Rounds(Long);
        Assert.That(network.Downed, Does.Contain(3));
        Assert.That(network.Ended, Is.Empty);
    }

    [Test]
    public void A_removed_voter_s_older_set_has_no_force()
    {
        var network = new HearingNetwork(3, 3);
        foreach (int node in new[] { 1, 2 }) network.Know(node, HearingNetwork.SetOf(20, [1, 2]));
        network.Silence(1);
        network.Rounds(Long);
        Assert.That(network.Downed, Is.Empty, "nodes 2 and 3 are two of the old three, and one of the two");
        Assert.That(network.Ended.Keys, Is.EquivalentTo(new[] { 2, 3 }));
    }

    [Test]
    public void The_voter_set_at_the_higher_offset_counts_for_those_who_have_not_heard_of_it()
    {
        var network = new HearingNetwork(3, 3);
        network.Know(1, HearingNetwork.SetOf(20, [1]));
        network.Cut(2, 3);
        network.Silence(3);
        network.Rounds(Long);
        Assert.That(network.Downed, Is.EqualTo(new[] { 3 }));
        Assert.That(network.Ended, Is.Empty, "node 2 hears the only voter");
    }

    [Test]
    public void A_node_that_slept_past_its_downing_ends_and_downs_nobody()
    {
        var network = new HearingNetwork(3, 3);
        network.Pause(3);
        network.Rounds(Long);
        Assert.That(network.Downed, Is.EqualTo(new[] { 3 }));
        network.Remove(3, at: [1, 2]);
        network.Wake(3);
        network.Quarantine(by: 1, 3);
        network.Rounds(1);
        Assert.That(network.Ended, Is.Empty, "one node's quarantine is not enough");
        network.Rounds(2 * HearingNetwork.StableTicks);
        Assert.That(network.Ended, Is.EqualTo(new Dictionary<int, SelfDowning> { [3] = SelfDowning.Removed }));
        Assert.That(network.Downed, Is.EqualTo(new[] { 3 }));
    }

    [Test]
    public void A_majority_s_quarantine_ends_a_node_at_once()
    {
        var network = new HearingNetwork(3, 3);
        network.Quarantine(by: 1, 3);
        network.Rounds(3 * Long);
        Assert.That(network.Ended, Is.Empty);
        network.Quarantine(by: 1, 3);
        network.Quarantine(by: 2, 3);
        Assert.That(network.Ended[3], Is.EqualTo(SelfDowning.Removed));
    }

    [Test]
    public void A_short_pause_changes_nothing([Values(1, 2, 3)] int node, [Values(1, 4)] int ticks)
    {
        var network = new HearingNetwork(3, 3);
        network.Pause(node);
        network.Rounds(ticks);
        network.Wake(node);
        network.Rounds(Long);
        Assert.That(network.Downed, Is.Empty);
        Assert.That(network.Ended, Is.Empty);
    }

    [Test]
    public void A_node_that_does_not_know_the_voters_goes()
    {
        var self = new Peer(new NodeId(1), "a", 1);
        var core = new DowningCore(self, HearingNetwork.StableTicks);
        core.OnMembers([
            new SeenMember(self, IsReachable: true, IsStaying: true, IsUp: true),
            new SeenMember(new Peer(new NodeId(2), "b", 2), IsReachable: false, IsStaying: true, IsUp: true),
        ]);
        DowningEffect[] effects = [.. Enumerable.Range(0, Long).SelectMany(_ => core.OnTick(default, isLate: false))];
        Assert.That(
            effects.OfType<DowningEffect.DownSelf>().First().Reason, Is.EqualTo(SelfDowning.NoVotersKnown));
    }

    [Test]
    public void An_answer_of_another_cluster_is_nobody_s()
    {
        var self = new Peer(new NodeId(1), "a", 1);
        var other = new Peer(new NodeId(2), "b", 2);
        var core = new DowningCore(self, HearingNetwork.StableTicks);
        VoterSet own = HearingNetwork.SetOf(10, [1, 2, 3]);
        core.OnMembers([
            new SeenMember(self, IsReachable: true, IsStaying: true, IsUp: true),
            new SeenMember(other, IsReachable: false, IsStaying: true, IsUp: true),
        ]);
        var known = new KnownVoters(own, own.Voters[0]);
        var ended = new List<DowningEffect>();
        for (int tick = 1; tick <= Long; tick++)
        {
            ended.AddRange(core.OnTick(known, isLate: false).OfType<DowningEffect.DownSelf>());
            core.OnAnswer(
                new ReachabilityProtocol.Answer(
                    other, tick, own.Voters[1], own with { ClusterId = "d" }, Standing.Member, []),
                known);
        }

        Assert.That(ended, Is.Not.Empty);
    }

    [Test]
    public void A_late_tick_takes_back_all_that_was_counted()
    {
        var self = new Peer(new NodeId(1), "a", 1);
        var lost = new Peer(new NodeId(3), "c", 3);
        VoterSet set = HearingNetwork.SetOf(10, [1, 2, 3]);
        var known = new KnownVoters(set, set.Voters[0]);
        var core = new DowningCore(self, HearingNetwork.StableTicks);
        core.OnMembers([
            new SeenMember(self, IsReachable: true, IsStaying: true, IsUp: true),
            new SeenMember(new Peer(new NodeId(2), "b", 2), IsReachable: true, IsStaying: true, IsUp: true),
            new SeenMember(lost, IsReachable: false, IsStaying: true, IsUp: true),
        ]);
        var answer = new ReachabilityProtocol.Answer(
            new Peer(new NodeId(2), "b", 2), 0, set.Voters[1], set, Standing.Member,
            [new Sight(lost, IsSilent: true, IsRefused: false)]);
        for (int tick = 1; tick < HearingNetwork.StableTicks; tick++)
        {
            core.OnTick(known, isLate: false);
            core.OnAnswer(answer with { Number = tick }, known);
        }

        Assert.That(core.OnTick(known, isLate: true).OfType<DowningEffect.Down>(), Is.Empty);
        core.OnAnswer(answer with { Number = HearingNetwork.StableTicks }, known);
        Assert.That(core.OnTick(known, isLate: false).OfType<DowningEffect.Down>(), Is.Empty);
    }

    /// <summary>
    /// One link of three voters at a time is cut, or loses half of what it carries, and another one soon after; as long
    /// as every node hears another, and so a majority, nobody goes.
    /// </summary>
    [Test]
    public void Flapping_and_lossy_links_down_nobody_while_each_node_has_a_way([Range(1, 200)] int seed)
    {
        var random = new Random(seed);
        var network = new HearingNetwork(3, 3, seed);
        for (int i = 0; i < 40; i++)
        {
            network.Heal();
            int third = random.Next(1, 4);
            int[] ends = [.. Enumerable.Range(1, 3).Except([third])];
            if (random.Next(2) == 0) network.Cut(ends[0], ends[1]);
            else network.MakeLossy(ends[0], ends[1]);
            network.Rounds(random.Next(1, HearingNetwork.StableTicks));
        }

        Assert.That(network.Downed, Is.Empty, $"seed {seed}");
        Assert.That(network.Ended, Is.Empty, $"seed {seed}");
    }

    /// <summary>Whatever is cut for good, at most one side stays: one with a majority of the voters.</summary>
    [Test]
    public void At_most_one_side_of_any_split_stays([Values(1, 2, 3, 5)] int voters, [Range(1, 62, 3)] int split)
    {
        var network = new HearingNetwork(6, voters);
        int[][] sides =
        [
            [.. Enumerable.Range(1, 6).Where(node => (split >> (node - 1) & 1) == 0)],
            [.. Enumerable.Range(1, 6).Where(node => (split >> (node - 1) & 1) == 1)],
        ];
        foreach (int one in sides[0])
            foreach (int other in sides[1])
                network.Cut(one, other);
        network.Rounds(Long);
        foreach (int[] side in sides)
        {
            bool hasMajority = side.Count(node => node <= voters) * 2 > voters;
            Assert.That(side.Count(network.Ended.ContainsKey), Is.EqualTo(hasMajority ? 0 : side.Length));
            Assert.That(side.Any(network.Downed.Contains), Is.EqualTo(
                !hasMajority && sides.Any(s => s.Count(node => node <= voters) * 2 > voters)));
        }
    }
}
