using System.Collections.Immutable;
using KafkaActors.Coordination.Bootstrap;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Tests.Bootstrap.BootstrapWorld;

namespace KafkaActors.Coordination.Tests.Bootstrap;

public sealed class BootstrapCoreTests
{
    private static readonly TimeSpan Later = Ms(1000);

    private static readonly ImmutableArray<Voter> Voters =
        [.. Enumerable.Range(1, 3).Select(id => new Voter(new NodeId(id), DirectoryId.NewRandom()))];

    [Test]
    public void The_lowest_of_first_voters_that_all_say_they_are_empty_forms_the_cluster_with_all_of_them()
    {
        BootstrapCore one = Core(Empty(1));
        Hear(one, Empty(2), Later);
        Assert.That(one.Decide(Later), Is.InstanceOf<BootstrapDecision.Wait>(), "node 3 has not answered");
        Hear(one, Empty(3), Later);
        Assert.That(one.Decide(Later), Is.InstanceOf<BootstrapDecision.Wait>(), "nobody supports it");
        Guid self = one.Standing(Later).Incarnation;
        Hear(one, Empty(2) with { Supports = self }, Later);
        Assert.That(one.Decide(Later), Is.InstanceOf<BootstrapDecision.Wait>(), "node 3 does not support it");
        Hear(one, Empty(3) with { Supports = self }, Later);
        var formed = (BootstrapDecision.Form)one.Decide(Later);
        Assert.That(formed.InitialVoters.Select(node => node.Value), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(formed.Cause!.Kind, Is.EqualTo(CauseKind.BootstrapJudged));
        Assert.That((formed.Cause["supporters"], formed.Cause["required"]), Is.EqualTo((3, 3)));
    }

    [Test]
    public void A_support_counts_from_the_time_it_was_asked_for()
    {
        BootstrapCore one = Core(Of(1));
        NodeStanding supporter = Of(3) with { Supports = one.Standing(Later).Incarnation };
        Hear(one, supporter, Later);
        Assert.That(one.Decide(Later + Ms(401)), Is.InstanceOf<BootstrapDecision.Wait>());
        Hear(one, supporter, Later + Ms(1));
        Assert.That(one.Decide(Later + Ms(401)), Is.InstanceOf<BootstrapDecision.Form>());
    }

    [Test]
    public void Whoever_supports_one_supports_nobody_else_before_that_has_lapsed()
    {
        BootstrapCore three = Core(Of(3));
        NodeStanding one = Of(1) with { Hears = [Incarnation(2), Incarnation(3)] };
        NodeStanding two = Of(2) with { Hears = [Incarnation(1), Incarnation(3)] };
        Hear(three, two, Later);
        three.Decide(Later);
        Assert.That(three.OnAsk(two, Later).Supports, Is.EqualTo(two.Incarnation));
        Hear(three, one, Later + Ms(10));
        foreach (int ms in (int[])[10, 400, 799])
        {
            Hear(three, one, Later + Ms(ms));
            Hear(three, two, Later + Ms(ms));
            three.Decide(Later + Ms(ms));
            Assert.That(three.OnAsk(one, Later + Ms(ms)).Supports, Is.EqualTo(Guid.Empty), $"after {ms} ms");
        }

        three.Decide(Later + Ms(800));
        Assert.That(three.OnAsk(one, Later + Ms(800)).Supports, Is.EqualTo(one.Incarnation));
    }

    // Node 3 supported node 1, whose answer is under way for long; it starts again and is asked by node 2.
    [TestCase(false)]
    [TestCase(true)]
    public void A_process_that_may_have_had_a_former_one_supports_nobody_at_once(bool isPlanted)
    {
        var rules = new BootstrapRules { SupportsFromTheStart = isPlanted };
        BootstrapCore one = Core(Of(1), rules), two = Core(Of(2), rules), again = Core(Of(3), rules);
        NodeStanding late = Of(3) with { Supports = one.Standing(Later).Incarnation };
        NodeStanding asker = Of(2) with { Hears = [Incarnation(3)] };
        Hear(again, asker, Ms(50));
        again.Decide(Ms(50));
        Hear(two, again.OnAsk(asker, Ms(50)), Later);
        BootstrapDecision second = two.Decide(Later + Ms(10));
        Hear(one, late, Later - Ms(100));
        Assert.That(one.Decide(Later + Ms(20)), Is.InstanceOf<BootstrapDecision.Form>());
        Assert.That(second is BootstrapDecision.Form, Is.EqualTo(isPlanted));
    }

    [Test]
    public void An_empty_node_joins_whoever_is_in_a_cluster_and_first_the_one_that_reaches_the_voters()
    {
        BootstrapCore four = Core(Empty(4));
        Hear(four, Of(1) with { Place = NodePlace.InCluster }, Later);
        Hear(four, Of(2) with { Place = NodePlace.InCluster, SeesVoterMajority = true }, Later);
        var join = (BootstrapDecision.Join)four.Decide(Later);
        Assert.That((join.Address, join.InitialVoters.Length), Is.EqualTo(("n2", 0)));
    }

    [Test]
    public void A_first_voter_that_joins_a_cluster_that_is_being_formed_takes_its_voters()
    {
        BootstrapCore two = Core(Empty(2));
        ImmutableArray<NodeId> all = [new NodeId(1), new NodeId(2), new NodeId(3)];
        NodeStanding forming = Empty(1) with { Place = NodePlace.Forming, InitialVoters = all };
        Hear(two, forming, Later);
        Assert.That(((BootstrapDecision.Join)two.Decide(Later)).InitialVoters, Is.EqualTo(all));
        Assert.That(two.IsTargetReady(Later), Is.False);
        Hear(two, forming with { Place = NodePlace.InCluster }, Later + Ms(100));
        Assert.That(two.IsTargetReady(Later + Ms(100)), Is.True);
        Assert.That(two.HasLostTarget(Later + Ms(3000)), Is.False);
        Assert.That(two.HasLostTarget(Later + Ms(3101)), Is.True);
        Assert.That(two.Place, Is.EqualTo(NodePlace.Asking));
    }

    [Test]
    public void A_directory_of_another_cluster_is_refused_by_who_is_in_one_and_named_by_who_is_not()
    {
        BootstrapCore one = Core(Of(1));
        NodeStanding foreign = Of(2) with { ClusterId = "other" };
        Hear(one, foreign, Later);
        Assert.That(one.Decide(Later), Is.InstanceOf<BootstrapDecision.Wait>());
        Assert.That(one.Awaited(Later), Has.Some.EqualTo("node 2 at n2 belongs to cluster other, this node to c"));
        Hear(one, foreign with { Place = NodePlace.InCluster }, Later);
        Assert.That(one.Decide(Later), Is.InstanceOf<BootstrapDecision.Refuse>()
            .With.Property("Reason").StartsWith("the data directory belongs to cluster c, the seeds to other;"));
    }

    [Test]
    public void A_node_id_that_runs_elsewhere_is_refused()
    {
        BootstrapCore one = Core(Empty(1));
        Hear(one, Of(1) with { Address = "n2", Place = NodePlace.InCluster }, Later);
        Assert.That(one.Decide(Later), Is.InstanceOf<BootstrapDecision.Refuse>()
            .With.Property("Reason").EqualTo("node 1 is running at n2; give each its own node.id"));
    }

    [Test]
    public void Who_has_not_answered_is_named_and_since_when()
    {
        BootstrapCore two = Core(Of(2));
        Hear(two, Empty(3), Ms(900));
        Assert.That(two.Awaited(Later), Is.EqualTo(new[]
        {
            "a majority of the voters 1, 2, 3 of cluster c must answer",
            "n1 has not answered for 1 s",
            "node 3 at n3 has another directory than voter 3: its metadata log is missing; bring the directory back, "
                + "or start a majority of the others and admit it as a new voter",
            "voter 1 has answered at none of the addresses",
        }));
        Assert.That(two.Awaited(Ms(4000)), Has.Some.EqualTo("node 3 at n3 has not answered for 3.1 s"));
    }

    [Test]
    public void First_voters_that_mean_others_do_not_count_and_are_named()
    {
        BootstrapCore one = Core(Empty(1));
        Hear(one, Empty(2) with { FirstVoters = ["n2", "n9"] }, Later);
        Hear(one, Empty(3), Later);
        Assert.That(one.Decide(Later), Is.InstanceOf<BootstrapDecision.Wait>());
        Assert.That(
            one.Awaited(Later),
            Has.Some.EqualTo("node 2 at n2 would form a cluster with n2, n9, not with n1, n2, n3"));
    }

    [Test]
    public void A_log_that_only_its_founder_has_counts_its_empty_first_voters()
    {
        BootstrapCore one = Core(Of(1));
        NodeStanding two = Empty(2) with { Voter = Voters[1], Supports = one.Standing(Later).Incarnation };
        Hear(one, two, Later);
        Assert.That(one.Decide(Later), Is.InstanceOf<BootstrapDecision.Form>()
            .With.Property("InitialVoters").Empty);
    }

    private static BootstrapCore Core(NodeStanding self, BootstrapRules? rules = null) => new(
        new BootstrapSettings(
            self,
            Enumerable.Range(1, 3).ToImmutableSortedDictionary(id => $"n{id}", _ => (NodeId?)null),
            []),
        rules ?? BootstrapRules.Correct);

    private static void Hear(BootstrapCore core, NodeStanding standing, TimeSpan askedAt) =>
        core.OnAnswer(standing, askedAt);

    private static NodeStanding Empty(int id) =>
        new(new Voter(new NodeId(id), DirectoryId.NewRandom()), $"n{id}", Incarnation(id))
        {
            IsVoter = true,
            FirstVoters = ["n1", "n2", "n3"],
        };

    /// <summary>A voter with the log.</summary>
    private static NodeStanding Of(int id) => Empty(id) with
    {
        Voter = Voters[id - 1],
        ClusterId = "c",
        Last = new LogPosition(1, new MetadataOffset(7)),
        Voters = Voters,
    };

    private static Guid Incarnation(int id) => new(id, 0, 0, new byte[8]);
}
