using KafkaActors.Coordination.Quorum;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Tests.Quorum;

/// <summary>What voters remember of each other: a disk that went back in time is found, and nobody else is suspected.
/// </summary>
public sealed class VoterMemoryTests
{
    private static readonly NodeId One = new(1);
    private static readonly NodeId Two = new(2);
    private static readonly NodeId Three = new(3);
    private static readonly NodeId Four = new(4);
    private static readonly NodeId Five = new(5);

    [Test]
    public void A_voter_whose_disk_went_back_in_time_does_not_count()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        QuorumCluster.Disk backup = cluster.Backup(2);
        cluster.Propose(Topic(1));
        cluster.Deliver();
        cluster.Tick(2);
        cluster.Restore(2, backup);
        cluster.Down.Add(One);
        cluster.Start(3);
        cluster.Tick(10);
        Assert.That(cluster.Controller.Phase, Is.Not.EqualTo(QuorumPhase.Serving));
        cluster.Down.Clear();
        cluster.Tick(10);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving));
        Assert.That(cluster.Controller.CommittedImage.Topic("topic-1"), Is.Not.Null);
    }

    /// <summary>The first controller told what voter 2 has committed; the second knows nothing yet.</summary>
    [Test]
    public void A_controller_that_has_only_begun_to_lead_does_not_make_voters_forget()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        QuorumCluster.Disk backup = cluster.Backup(2);
        cluster.Propose(Topic(1));
        cluster.Deliver();
        cluster.Tick(2);

        var settings = new ControllerQuorumSettings(Three, Guid.NewGuid(), [One, Two, Three], "", 1000);
        var begun = new Promise(cluster.Controller.Self.Epoch + 1, Three, settings.Incarnation);
        var follow = new QuorumProtocol.Append(
            begun, "", LogPosition.Empty, [], MetadataOffset.None,
            [new QuorumProtocol.Remembered(cluster.Voter(2).Self, begun.Epoch, LogPosition.Empty)], 1);
        cluster.Ask(Three, follow);
        cluster.Ask(Two, follow);
        cluster.Restore(2, backup);
        cluster.Ask(Two, new QuorumProtocol.RequestPromise(begun, "", cluster.Controller.Voters));
        cluster.Down.Add(One);
        cluster.Start(3);
        cluster.Tick(10);
        Assert.That(cluster.Controller.Phase, Is.Not.EqualTo(QuorumPhase.Serving));
    }

    /// <summary>
    /// Voter 2 acknowledged an entry that was not committed; a later controller has it cut, entry by entry, and dies on
    /// the way. Voter 2 then ends below what it had acknowledged, and has lost nothing.
    /// </summary>
    [Test]
    public void A_voter_that_was_cut_by_a_later_controller_counts()
    {
        var cluster = new QuorumCluster(1, 2, 3, 4, 5) { Rules = new QuorumRules { EntriesInMessage = 1 } };
        cluster.Start(3);
        OnlyUp(cluster, Three);
        MetadataOffset offset = cluster.Propose(Topic(1));
        cluster.Deliver();

        OnlyUp(cluster, One, Two, Four);
        cluster.DiesBefore = (node, effect) => node == Four && effect is VoterEffect.WriteEntries;
        cluster.Start(1);
        cluster.Tick();
        Assert.That(cluster.Voter(2).Last, Is.EqualTo(new LogPosition(2, offset)), "another one at the same offset");
        Assert.That(cluster.Controller.CommittedOffset, Is.LessThan(offset));

        OnlyUp(cluster, Three, Four, Five);
        cluster.DiesBefore = (_, _) => false;
        cluster.Start(3, incarnation: 2);
        OnlyUp(cluster, Two, Three, Four, Five);
        cluster.DiesBefore = (node, effect) =>
            node == Two && effect is VoterEffect.WriteEntries write && write.After == offset;
        cluster.Tick(2);
        Assert.That(cluster.Voter(2).Last, Is.EqualTo(new LogPosition(1, offset)));

        OnlyUp(cluster, One, Two, Four);
        cluster.DiesBefore = (_, _) => false;
        cluster.Start(1, incarnation: 2);
        cluster.Tick(10);
        Assert.That(cluster.Controller.Obstacle, Is.Null);
        Assert.That(cluster.Controller.CommittedImage.Topic("topic-1"), Is.Not.Null);
    }

    private static void OnlyUp(QuorumCluster cluster, params NodeId[] nodes)
    {
        cluster.Down.Clear();
        cluster.Down.UnionWith(((NodeId[])[One, Two, Three, Four, Five]).Except(nodes));
    }

    private static TopicCreated Topic(int number) => new(ImageBuilder.Id(number), $"topic-{number}");
}
