using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Tests.Quorum;

public sealed class ControllerDecisionsTests
{
    [Test]
    public void A_decision_is_answered_once_it_is_committed()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        var decisions = new ControllerDecisions<string>(cluster.Controller);
        Assert.That(decisions.TryAdd([Topic(1)], "created", 0, out IReadOnlyList<QuorumEffect> effects), Is.True);
        Assert.That(decisions.TryTake(out _, out _), Is.False, "nobody has been asked yet");
        cluster.Take(effects);
        cluster.Deliver();
        Assert.That(decisions.TryTake(out string? answer, out MetadataOffset offset), Is.True);
        Assert.That((answer, offset), Is.EqualTo(("created", cluster.Controller.CommittedOffset)));
        Assert.That(decisions.TryTake(out _, out _), Is.False, "it is answered once");
    }

    [Test]
    public void A_decision_without_events_waits_for_what_it_was_read_from()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        var decisions = new ControllerDecisions<string>(cluster.Controller);
        decisions.TryAdd([Topic(1)], "created", 0, out IReadOnlyList<QuorumEffect> effects);
        Assert.That(decisions.TryAdd([], "is there already", 0, out var asked), Is.True);
        Assert.That(decisions.TryTake(out _, out _), Is.False);
        cluster.Take([.. effects, .. asked]);
        cluster.Deliver();
        Assert.That(Taken(decisions), Is.EqualTo(new[] { "created", "is there already" }));
    }

    [Test]
    public void A_change_that_the_quorum_does_not_take_is_not_answered_by_the_next_commit()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        var decisions = new ControllerDecisions<string>(cluster.Controller);
        var nobody = new MetadataEvent.VotersChanged([]);
        Assert.That(decisions.TryAdd([nobody], "changed", 0, out _), Is.False);
        decisions.TryAdd([Topic(1)], "created", 0, out IReadOnlyList<QuorumEffect> effects);
        cluster.Take(effects);
        cluster.Deliver();
        Assert.That(Taken(decisions), Is.EqualTo(new[] { "created" }));
    }

    [Test]
    public void What_is_above_the_level_of_the_metadata_is_not_written()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        var decisions = new ControllerDecisions<string>(cluster.Controller);
        var registered = new MetadataEvent.BrokerRegistered(
            new NodeId(1), BrokerEpoch.None, Guid.Empty, "boot", "akka", BrokerRoles.Broker, true, false, [], [])
        {
            AkkaUid = 7,
        };
        MetadataOffset before = cluster.Controller.LastOffset;
        Assert.That(() => decisions.TryAdd([registered], "", 0, out _), Throws.ArgumentException);
        Assert.That(cluster.Controller.LastOffset, Is.EqualTo(before));
        var raised = new MetadataEvent.MetadataVersionChanged(MetadataVersion.Newest);
        Assert.That(decisions.TryAdd([raised, registered], "", 0, out _), Is.True);
    }

    [Test]
    public void What_a_deposed_controller_decided_is_abandoned_and_never_answered()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        ControllerQuorum deposed = cluster.Controller;
        var decisions = new ControllerDecisions<string>(deposed);
        decisions.TryAdd([Topic(1)], "created", 0, out _);
        cluster.Start(2);
        cluster.Propose(Topic(2));
        cluster.Deliver();
        Assert.That(decisions.TryTake(out _, out _), Is.False);
        Assert.That(decisions.TryAbandon(out string? left), Is.True);
        Assert.That((left, decisions.TryAbandon(out _)), Is.EqualTo(("created", false)));
    }

    [Test]
    public void The_oldest_decision_tells_how_long_the_log_has_taken_nothing()
    {
        var decisions = new ControllerDecisions<string>(new QuorumCluster(1, 2, 3).Start(1).Controller);
        Assert.That(decisions.IsWaitingLonger(100, 5), Is.False);
        decisions.TryAdd([Topic(1)], "first", 10, out _);
        decisions.TryAdd([Topic(2)], "second", 14, out _);
        Assert.That(decisions.IsWaitingLonger(15, 5), Is.False);
        Assert.That(decisions.IsWaitingLonger(16, 5), Is.True);
    }

    private static List<string> Taken(ControllerDecisions<string> decisions)
    {
        var taken = new List<string>();
        while (decisions.TryTake(out string? answer, out _)) taken.Add(answer);
        return taken;
    }

    private static MetadataEvent.TopicCreated Topic(int number) => new(ImageBuilder.Id(number), $"topic-{number}");
}
