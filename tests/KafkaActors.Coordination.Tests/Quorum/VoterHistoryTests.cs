using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;
using static KafkaActors.Coordination.Quorum.QuorumProtocol;

namespace KafkaActors.Coordination.Tests.Quorum;

/// <summary>Histories that broke other systems' quorums, and what must hold in them here.</summary>
public sealed class VoterHistoryTests
{
    private static readonly NodeId One = new(1);
    private static readonly NodeId Two = new(2);
    private static readonly NodeId Three = new(3);

    [Test]
    public void A_promise_outlives_an_append_and_a_restart_and_refuses_everybody_else_up_to_its_epoch()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        ImmutableArray<Voter> voters = cluster.Controller.Voters;
        ControllerQuorum first = cluster.Controller;
        Promise promised = first.Self;
        cluster.Propose(Topic(1));
        cluster.Deliver();
        cluster.Restart(3);
        Assert.That(cluster.Voter(3).Promised, Is.EqualTo(promised));

        foreach (int epoch in Enumerable.Range(1, promised.Epoch))
        {
            var answer = (PromiseAnswered)cluster.Ask(
                Three, new RequestPromise(new Promise(epoch, Two, Guid.Empty), "", voters)).Single();
            Assert.That((answer.IsGranted, answer.Standing.Promised), Is.EqualTo((false, promised)), $"epoch {epoch}");
        }
    }

    [Test]
    public void A_controller_does_not_count_its_own_share_before_it_is_on_its_disk()
    {
        var cluster = new QuorumCluster(1, 2, 3);
        cluster.Start(1);
        cluster.Down.Add(Three);
        cluster.DiesBefore = (node, effect) => node == One && effect is VoterEffect.WriteEntries;
        MetadataOffset offset = cluster.Propose(Topic(1));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedOffset, Is.LessThan(offset), "voter 2 alone has it");

        cluster.DiesBefore = (node, effect) => node == One && effect is VoterEffect.SavePromise;
        cluster.Down.Clear();
        cluster.Down.Add(Three);
        cluster.Start(2);
        cluster.Tick(5);
        Assert.That(cluster.Controller.Phase, Is.Not.EqualTo(QuorumPhase.Serving));
        Assert.That(cluster.Voter(1).Promised.Candidate, Is.EqualTo(One), "the promise did not reach the disk");
    }

    [Test]
    public void A_single_voters_entry_counts_after_its_sync_alone()
    {
        QuorumCluster cluster = new QuorumCluster(1).Start(1);
        MetadataOffset before = cluster.Controller.CommittedOffset;
        cluster.DiesBefore = (_, effect) => effect is VoterEffect.WriteEntries;
        cluster.Propose(Topic(1));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedOffset, Is.EqualTo(before));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public void What_was_answered_is_found_by_every_majority_after_all_lost_their_memory(int away)
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Propose(Topic(1));
        cluster.Deliver();
        for (int node = 1; node <= 3; node++) cluster.Restart(node);
        cluster.Down.Add(new NodeId(away));
        cluster.Start((away % 3) + 1, incarnation: 2);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving));
        Assert.That(cluster.Controller.CommittedImage.Topic("topic-1"), Is.Not.Null);
    }

    [Test]
    public void A_follower_commits_no_further_than_its_controller_has_shown_to_match()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Down.UnionWith([Two, Three]);
        cluster.Propose(Topic(1));
        cluster.Deliver();
        LogPosition alone = cluster.Voter(1).Last;
        cluster.Down.Clear();
        cluster.Down.Add(One);
        cluster.Start(2);
        cluster.Propose(Topic(2));
        cluster.Deliver();
        ControllerQuorum second = cluster.Controller;

        // Voter 1 is back with an entry that nobody else has; the first message to it carries none.
        var before = new LogPosition(1, new MetadataOffset(alone.Offset.Value - 1));
        cluster.Ask(One, new Append(second.Self, "", before, [], second.CommittedOffset, [], Round: 1));
        Assert.That(cluster.Voter(1).Image.Offset, Is.EqualTo(before.Offset));
        Assert.That(cluster.Voter(1).Image.Topics, Is.Empty);

        cluster.Down.Clear();
        cluster.Tick(3);
        Assert.That(cluster.Voter(1).Image.TopicIds.Keys, Is.EqualTo(new[] { "topic-2" }));
    }

    [Test]
    public void Whoever_the_candidates_log_names_promises_though_he_takes_himself_for_an_observer()
    {
        QuorumCluster cluster = new QuorumCluster(1).Start(1);
        ImmutableArray<Voter> voters = cluster.Controller.Voters;
        cluster.Observe(2);
        cluster.Tick();
        cluster.DiesBefore = (node, effect) => node == Two && effect is VoterEffect.WriteEntries;
        Assert.That(
            cluster.Propose(new VotersChanged(voters.Add(cluster.Voter(2).Self))), Is.Not.EqualTo(MetadataOffset.None));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedImage.Voters, Is.EqualTo(voters), "voter 2 never received it");
        Assert.That(cluster.Voter(2).Voters, Is.EqualTo(voters), "and takes itself for an observer");

        cluster.DiesBefore = (_, _) => false;
        cluster.Down.Clear();
        cluster.Restart(1).Restart(2).Start(1, incarnation: 2);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving));
        Assert.That(cluster.Controller.CommittedImage.Voters, Has.Length.EqualTo(2));
    }

    [Test]
    public void A_controller_removes_itself_by_the_others_alone_and_serves_until_then()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Down.Add(Two);
        MetadataOffset removal = cluster.Propose(new VotersChanged(cluster.Controller.Voters.RemoveAt(0)));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedOffset, Is.LessThan(removal), "voters 1 and 3 are no majority of 2, 3");
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving));
        MetadataOffset topic = cluster.Propose(Topic(1));
        Assert.That(topic, Is.Not.EqualTo(MetadataOffset.None));

        cluster.Down.Clear();
        cluster.Tick(2);
        Assert.That(cluster.Resigned, Does.Contain("no voter"));
        Assert.That(cluster.Committed[^1].Offset, Is.EqualTo(topic), "what it had taken is committed, and answered");
        Assert.That(cluster.Voter(2).Image.Voters, Has.Length.EqualTo(2), "the others know that it is committed");
        cluster.Start(2);
        Assert.That(cluster.Controller.CommittedImage.Topic("topic-1"), Is.Not.Null);
    }

    [Test]
    public void A_removed_voters_set_has_no_force()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Down.Add(Three);
        cluster.Propose(new VotersChanged(cluster.Controller.Voters.RemoveAt(2)));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedImage.Voters, Has.Length.EqualTo(2));

        cluster.Down.Clear();
        cluster.Down.Add(One);
        Promise before = cluster.Voter(2).Promised;
        cluster.Start(3);
        cluster.Tick(100);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Querying));
        Assert.That(cluster.Controller.Obstacle, Does.Contain("voter 1 has not answered"));
        Assert.That(cluster.Voter(2).Promised, Is.EqualTo(before), "nobody was disturbed");
        Assert.That(cluster.Voter(3).Voters, Has.Length.EqualTo(3), "it still believes in the old set");
    }

    [Test]
    public void An_outsider_does_not_depose_a_controller_that_lives_and_leads_where_nobody_else_does()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Propose(new VotersChanged(cluster.Controller.Voters.RemoveAt(2)));
        cluster.Deliver();
        ControllerQuorum serving = cluster.Controller;
        cluster.Start(3, deliver: false);
        ControllerQuorum outsider = cluster.Controller;
        for (int tick = 0; tick < 40; tick++)
        {
            cluster.Resume(serving).Tick();
            cluster.Resume(outsider).Tick();
        }

        Assert.That(outsider.Phase, Is.EqualTo(QuorumPhase.Querying));
        Assert.That(serving.Phase, Is.EqualTo(QuorumPhase.Serving));
        cluster.Tick(40);
        Assert.That(outsider.Phase, Is.EqualTo(QuorumPhase.Serving));
        Assert.That(outsider.Voters.Select(voter => voter.Node.Value), Is.EqualTo(new[] { 1, 2 }));
    }

    [Test]
    public void Empty_nodes_that_are_configured_as_first_voters_found_no_second_cluster()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        string clusterId = cluster.Controller.CommittedImage.ClusterId;
        ImmutableArray<Voter> voters = cluster.Controller.Voters;
        cluster.Voter(4);
        cluster.Voter(5);
        var settings = new ControllerQuorumSettings(
            new NodeId(4), Guid.NewGuid(), [One, Two, Three, new NodeId(4), new NodeId(5)], "rival", 100);
        var rival = new ControllerQuorum(settings);
        cluster.Down.UnionWith([One, Two]);
        cluster.Resume(rival).Take(rival.Start());
        cluster.Deliver();
        cluster.Tick(30);
        Assert.That(rival.Phase, Is.EqualTo(QuorumPhase.Querying));

        cluster.Down.Clear();
        cluster.Tick(40);
        Assert.That(rival.CommittedImage.ClusterId, Is.EqualTo(clusterId));
        Assert.That(rival.Voters, Is.EqualTo(voters), "the log overrides what is configured");
    }

    [Test]
    public void The_newest_entries_on_a_dead_and_a_wiped_voter_are_waited_for_by_name()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Down.Add(Two);
        MetadataOffset offset = cluster.Propose(Topic(1));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedOffset, Is.EqualTo(offset));
        cluster.Wipe(3, directory: 33);
        cluster.Down.Clear();
        cluster.Down.Add(One);
        cluster.Start(2);
        cluster.Tick(30);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Querying));
        Assert.That(
            cluster.Controller.Obstacle,
            Does.Contain("voter 1 has not answered").And.Contain("node 3 answers with directory"));

        cluster.Down.Clear();
        cluster.Tick(5);
        Assert.That(cluster.Controller.CommittedImage.Topic("topic-1"), Is.Not.Null);
        ImmutableArray<Voter> without = cluster.Controller.Voters.RemoveAt(2);
        cluster.Observe(3);
        cluster.Tick(3);
        Assert.That(cluster.Propose(new VotersChanged(without)), Is.Not.EqualTo(MetadataOffset.None));
        cluster.Deliver();
        cluster.Propose(new VotersChanged(without.Add(cluster.Voter(3).Self)));
        cluster.Deliver();
        Assert.That(cluster.Controller.CommittedImage.Voters, Has.Length.EqualTo(3));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void A_request_with_more_than_a_message_holds_counts_wholly_or_not_at_all(bool reachesVoter2)
    {
        var cluster = new QuorumCluster(1, 2, 3) { Rules = new QuorumRules { EntriesInMessage = 1 } };
        cluster.Start(1);
        for (int i = 0; i < 5; i++) cluster.Propose(Topic(1000 + i));
        cluster.DiesBefore = (node, effect) => effect is VoterEffect.WriteEntries { Entries: [{ Events.Length: 500 }] }
            && (node == One || node == Three || !reachesVoter2);
        cluster.Propose([.. Enumerable.Range(0, 500).Select(Topic)]);
        cluster.Deliver();
        cluster.DiesBefore = (_, _) => false;
        cluster.Down.Clear();
        cluster.Down.Add(One);
        cluster.Start(3);
        Assert.That(
            cluster.Controller.CommittedImage.Topics, Has.Count.EqualTo(reachesVoter2 ? 505 : 5));
        MetadataImage image = MetadataImage.Empty;
        foreach (MetadataEntry entry in cluster.Controller.CommittedFrom(new MetadataOffset(0))!)
        {
            image = image.Apply(entry);
            Assert.That(image.Topics.Count, Is.LessThanOrEqualTo(5).Or.EqualTo(505), $"at {entry.Offset}");
        }
    }

    [Test]
    public void Two_cores_of_one_process_are_two_candidates()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        ControllerQuorum singleton = cluster.Start(1, incarnation: 2, deliver: false).Controller;
        ControllerQuorum standby = cluster.Start(1, incarnation: 3).Controller;
        Assert.That(standby.Phase, Is.EqualTo(QuorumPhase.Serving));
        cluster.Resume(singleton).Tick(20);
        ControllerQuorum[] serving = [.. new[] { singleton, standby }.Where(core => core.Phase == QuorumPhase.Serving)];
        Assert.That(serving.DistinctBy(core => core.Self.Epoch).Count(), Is.EqualTo(serving.Length));
        cluster.Resume(standby).Tick(2);
        Assert.That(standby.Phase, Is.EqualTo(QuorumPhase.Resigned), "the loser ends");
        Assert.That(singleton.Phase, Is.EqualTo(QuorumPhase.Serving));
    }

    [Test]
    public void A_wiped_directory_that_answers_is_not_its_voter_heard()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Down.Add(Two);
        cluster.Wipe(3, directory: 33);
        cluster.Tick(30);
        Assert.That(cluster.Voter(3).Last, Is.EqualTo(cluster.Voter(1).Last), "it follows");
        Assert.That(cluster.Controller.TicksWithoutMajority, Is.GreaterThan(25));
        Assert.That(cluster.Controller.LossAfter(20), Does.Contain("no majority"));
    }

    [Test]
    public void A_disk_of_the_own_voter_that_stands_still_is_lost_where_others_can_take_over()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Down.Add(One);
        cluster.Tick(21);
        Assert.That(cluster.Controller.TicksWithoutMajority, Is.LessThan(3), "voters 2 and 3 answer");
        Assert.That(cluster.Controller.LossAfter(20), Is.Null);
        cluster.Tick(2);
        Assert.That(cluster.Controller.LossAfter(20), Does.Contain("disk"));

        QuorumCluster single = new QuorumCluster(1).Start(1);
        single.Down.Add(One);
        single.Tick(100);
        Assert.That(single.Controller.LossAfter(20), Is.Null, "a single voter waits");
    }

    [Test]
    public void What_a_deposed_controllers_disk_writes_late_changes_nothing()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        QuorumCluster.Disk thawed = cluster.Backup(1);
        cluster.Down.Add(One);
        cluster.Start(2);
        cluster.Propose(Topic(2));
        cluster.Deliver();
        thawed.Write(new VoterEffect.WriteEntries(
            cluster.Voter(1).Last.Offset,
            [new MetadataEntry(cluster.Voter(1).Last.Offset.Next(), cluster.Voter(1).Last.Epoch, [Topic(1)])]));
        cluster.Restore(1, thawed).Down.Clear();
        cluster.Tick(3);
        Assert.That(cluster.Voter(1).Image.TopicIds.Keys, Is.EqualTo(new[] { "topic-2" }));
        Assert.That(cluster.Voter(1).Last, Is.EqualTo(cluster.Voter(2).Last));
    }

    [Test]
    public void A_voter_that_lost_what_it_acknowledged_promises_nothing_until_it_is_refilled()
    {
        QuorumCluster cluster = new QuorumCluster(1, 2, 3).Start(1);
        cluster.Down.Add(Three);
        for (int i = 0; i < 5; i++) cluster.Propose(Topic(i));
        cluster.Deliver();
        LogPosition acknowledged = cluster.Voter(2).Last;
        cluster.Truncate(2, new MetadataOffset(2), acknowledged);
        cluster.Down.Clear();
        cluster.Down.Add(One);
        cluster.Start(3);
        cluster.Tick(30);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Querying));
        Assert.That(cluster.Controller.Obstacle, Does.Contain("voter 2 lacks entries"));

        cluster.Down.Clear();
        cluster.Tick(5);
        Assert.That(cluster.Controller.CommittedImage.Topics, Has.Count.EqualTo(5));
        Assert.That(cluster.Voter(2).IsRefilling, Is.False);
        cluster.Down.Add(One);
        cluster.Start(2);
        Assert.That(cluster.Controller.Phase, Is.EqualTo(QuorumPhase.Serving), "now it promises again");
    }

    [Test]
    public void An_entry_that_cannot_be_applied_is_followed_by_no_snapshot_and_no_cut()
    {
        var voter = new VoterState(new Voter(One, ImageBuilder.Directory(1)), Promise.None, null, [], 3);
        var asker = new Promise(1, Two, Guid.Empty);
        var formed = new ClusterFormed("cluster", [voter.Self]);
        var missing = new BrokerFenced(Three, new BrokerEpoch(7));
        MetadataEntry[] entries =
        [
            new(new MetadataOffset(0), 1, [formed]),
            new(new MetadataOffset(1), 1, [Topic(1)]),
            new(new MetadataOffset(2), 1, [missing]),
        ];
        var append = new Append(asker, "", LogPosition.Empty, [.. entries], MetadataOffset.None, [], Round: 1);
        Assert.That(voter.Handle(append), Has.None.TypeOf<VoterEffect.SaveSnapshot>());
        var last = new LogPosition(1, new MetadataOffset(2));
        var commit = new Append(asker, "", last, [], last.Offset, [], Round: 2);
        for (int time = 0; time < 2; time++)
            Assert.That(
                () => voter.Handle(commit),
                Throws.TypeOf<MetadataEntryException>().With.Message.Contains("entry 2")
                    .And.Message.Contains("BrokerFenced"));
        Assert.That(voter.Log.Snapshot, Is.Null);
        Assert.That(voter.Log.EntryCount, Is.EqualTo(3), "nothing is cut");
    }

    private static TopicCreated Topic(int number) => new(ImageBuilder.Id(number), $"topic-{number}");
}
