using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Partitions;

public sealed class PartitionActorTests : PartitionTest
{
    [Test]
    public async Task An_append_is_answered_with_its_base_offset_once_it_is_committed()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition);

        PartitionProtocol.Appended first = await Ask(actor, Append(partition, Batch("a", "b")));
        PartitionProtocol.Appended second = await Ask(actor, Append(partition, Batch("c")));

        Assert.That(first.Error, Is.EqualTo(ErrorCode.None));
        Assert.That((first.BaseOffset, second.BaseOffset), Is.EqualTo((0L, 2L)));
        Assert.That(partition.Log.View.HighWatermark, Is.EqualTo(3));
    }

    [Test]
    public async Task Appends_in_flight_together_get_consecutive_offsets_and_answers_in_order()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition);

        for (int i = 0; i < 200; i++) actor.Tell(Append(partition, Batch("a", "b"), i), TestActor);

        for (int i = 0; i < 200; i++)
        {
            PartitionProtocol.Appended answer = await ExpectMsgAsync<PartitionProtocol.Appended>();
            Assert.That((answer.CorrelationId, answer.BaseOffset), Is.EqualTo(((long)i, i * 2L)));
        }
    }

    [Test]
    public async Task An_append_to_a_partition_that_has_stopped_is_answered()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition);
        // It listens once it has answered.
        await Sys.ActorOf(Props.Create<LostAppends>()).Ask<ActorIdentity>(new Identify(null), RemainingOrDefault);
        await WatchAsync(actor);
        // Behind what stops it, still in its mailbox; and after that.
        actor.Tell(PartitionProtocol.Remove.Instance);
        actor.Tell(Append(partition, Batch("a"), 1), TestActor);
        await ExpectTerminatedAsync(actor);
        PartitionProtocol.Appended first = await ExpectMsgAsync<PartitionProtocol.Appended>();
        PartitionProtocol.Appended second = await Ask(actor, Append(partition, Batch("b"), 2));

        Assert.That(
            (first.CorrelationId, first.Error, second.CorrelationId, second.Error),
            Is.EqualTo((1L, ErrorCode.NotLeaderOrFollower, 2L, ErrorCode.NotLeaderOrFollower)));
    }

    [Test]
    public async Task A_duplicate_is_answered_with_its_originals_offset_and_not_written_again()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition);
        byte[] original = Batch(new ProducerSequence(7, 0, 0), "a", "b");

        await Ask(actor, Append(partition, [.. original]));
        await Ask(actor, Append(partition, Batch("c")));
        PartitionProtocol.Appended duplicate = await Ask(actor, Append(partition, [.. original]));

        Assert.That((duplicate.Error, duplicate.BaseOffset), Is.EqualTo((ErrorCode.None, 0L)));
        Assert.That(partition.Log.LogEndOffset, Is.EqualTo(3));
    }

    [Test]
    public async Task A_gap_in_a_producers_sequence_is_refused()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition);

        await Ask(actor, Append(partition, Batch(new ProducerSequence(7, 0, 0), "a")));
        PartitionProtocol.Appended gap = await Ask(actor, Append(partition, Batch(new ProducerSequence(7, 0, 2), "c")));

        Assert.That(gap.Error, Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
    }

    [Test]
    public async Task An_epoch_that_is_not_the_leaders_is_refused()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition, epoch: 3);

        PartitionProtocol.Appended old = await Ask(actor, Append(partition, Batch("a"), epoch: 2));
        PartitionProtocol.Appended unknown = await Ask(actor, Append(partition, Batch("a"), epoch: 4));

        Assert.That(old.Error, Is.EqualTo(ErrorCode.FencedLeaderEpoch));
        Assert.That(unknown.Error, Is.EqualTo(ErrorCode.UnknownLeaderEpoch));
    }

    [Test]
    public async Task A_corrupt_batch_is_refused_and_costs_no_offset()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition);
        byte[] corrupt = Batch("a");
        corrupt[^1] ^= 1;

        PartitionProtocol.Appended refused = await Ask(actor, Append(partition, corrupt));
        PartitionProtocol.Appended next = await Ask(actor, Append(partition, Batch("b")));

        Assert.That(refused.Error, Is.EqualTo(ErrorCode.CorruptMessage));
        Assert.That(next.BaseOffset, Is.Zero);
    }

    [Test]
    public async Task Without_acks_the_answer_tells_that_the_bytes_have_gone_or_why_not()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition);

        PartitionProtocol.Appended written = await Ask(actor, Append(partition, Batch("a"), acks: Acks.None));
        PartitionProtocol.Appended refused = await Ask(actor, Append(partition, Batch("a"), acks: Acks.None, epoch: 9));

        Assert.That((written.Error, written.BaseOffset), Is.EqualTo((ErrorCode.None, -1L)));
        Assert.That((refused.Error, refused.BaseOffset), Is.EqualTo((ErrorCode.UnknownLeaderEpoch, -1L)));
        Assert.That(partition.Log.LogEndOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task A_topic_with_append_time_stamps_its_batches()
    {
        PartitionHandle partition = Open("test", new LogConfig { TimestampType = TimestampType.LogAppendTime });
        IActorRef actor = await Lead(partition);
        long before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        PartitionProtocol.Appended answer = await Ask(actor, Append(partition, Batch("a")));

        Assert.That(answer.LogAppendTimeMs, Is.GreaterThanOrEqualTo(before));
        Assert.That(partition.Log.MaxTimestamp().Timestamp, Is.EqualTo(answer.LogAppendTimeMs));
    }

    [Test]
    public async Task A_follower_refuses_appends_and_names_the_leader()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition, epoch: 1);
        Assign(partition, ReplicaRole.Follower, 2);
        actor.Tell(PartitionProtocol.AssignmentChanged.Instance);
        await Eventually.True(() => partition.Route is null, "the leadership ends");

        PartitionProtocol.Appended answer = await Ask(actor, Append(partition, Batch("a")));

        Assert.That(answer.Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That((answer.Leader, answer.LeaderEpoch), Is.EqualTo((new NodeId(2), new LeaderEpoch(2))));
    }

    [Test]
    public async Task A_write_under_a_token_that_is_taken_is_refused_and_the_next_leadership_goes_on()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition, epoch: 1);
        Assign(partition, ReplicaRole.Leader, 2);

        PartitionProtocol.Appended late = await Ask(actor, Append(partition, Batch("a")));
        actor.Tell(PartitionProtocol.AssignmentChanged.Instance);
        await Eventually.That(() => partition.Route?.Epoch, Is.EqualTo(new LeaderEpoch(2)));
        PartitionProtocol.Appended next = await Ask(actor, Append(partition, Batch("b")));

        Assert.That(late.Error, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That((next.Error, next.BaseOffset), Is.EqualTo((ErrorCode.None, 0L)));
    }

    [Test]
    public async Task Records_before_an_offset_are_deleted_up_to_the_high_watermark()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition);
        await Ask(actor, Append(partition, Batch("a", "b", "c")));

        actor.Tell(new PartitionProtocol.DeleteRecords(1, partition.Id, LeaderEpoch.None, 2), TestActor);
        var moved = await ExpectMsgAsync<PartitionProtocol.RecordsDeleted>();
        actor.Tell(new PartitionProtocol.DeleteRecords(2, partition.Id, LeaderEpoch.None, 4), TestActor);
        var beyond = await ExpectMsgAsync<PartitionProtocol.RecordsDeleted>();
        actor.Tell(new PartitionProtocol.DeleteRecords(3, partition.Id, LeaderEpoch.None, -1), TestActor);
        var all = await ExpectMsgAsync<PartitionProtocol.RecordsDeleted>();

        Assert.That((moved.Error, moved.LogStartOffset), Is.EqualTo((ErrorCode.None, 2L)));
        Assert.That(beyond.Error, Is.EqualTo(ErrorCode.OffsetOutOfRange));
        Assert.That((all.Error, all.LogStartOffset), Is.EqualTo((ErrorCode.None, 3L)));
    }

    [Test]
    public async Task A_restarted_partition_goes_on_at_the_logs_end_and_knows_its_producers()
    {
        PartitionHandle partition = Open("test");
        IActorRef actor = await Lead(partition);
        byte[] first = Batch(new ProducerSequence(7, 0, 0), "a", "b");
        await Ask(actor, Append(partition, [.. first]));
        await StopAsync(actor);
        Partitions.Remove(partition);
        await ReopenDirectory();

        PartitionHandle again = Open("test", id: partition.Id.TopicId);
        IActorRef successor = await Lead(again, epoch: 1);
        PartitionProtocol.Appended duplicate = await Ask(successor, Append(again, [.. first]));
        PartitionProtocol.Appended next = await Ask(
            successor, Append(again, Batch(new ProducerSequence(7, 0, 2), "c")));

        Assert.That((duplicate.BaseOffset, next.BaseOffset), Is.EqualTo((0L, 2L)));
        Assert.That(again.Log.View.HighWatermark, Is.EqualTo(3));
    }

    [Test]
    public async Task With_group_commit_answers_wait_for_the_flush()
    {
        PartitionHandle partition = Open("test", new LogConfig { FlushPolicy = FlushPolicy.GroupCommit });
        IActorRef actor = await Lead(partition);
        Observer.Attach(new PartitionRegistry());

        actor.Tell(Append(partition, Batch("a"), 1), TestActor);
        actor.Tell(Append(partition, Batch("b"), 2, Acks.Leader), TestActor);
        actor.Tell(Append(partition, Batch("c"), 3, Acks.None), TestActor);
        var unacknowledged = await ExpectMsgAsync<PartitionProtocol.Appended>();
        await Eventually.That(() => partition.Log.FlushedOffset, Is.EqualTo(3));
        actor.Tell(new PartitionProtocol.Flushed(partition.Log, 1));
        var committed = await ExpectMsgAsync<PartitionProtocol.Appended>();
        actor.Tell(new PartitionProtocol.Flushed(partition.Log, 3));
        var flushed = await ExpectMsgAsync<PartitionProtocol.Appended>();

        Assert.That(
            new[] { unacknowledged.CorrelationId, committed.CorrelationId, flushed.CorrelationId },
            Is.EqualTo(new[] { 3L, 1L, 2L }));
        Assert.That(partition.Log.View.HighWatermark, Is.EqualTo(3));
    }

    [Test]
    public async Task With_group_commit_the_logs_own_flush_releases_the_answer()
    {
        PartitionHandle partition = Open("test", new LogConfig { FlushPolicy = FlushPolicy.GroupCommit });
        IActorRef actor = await Lead(partition);

        PartitionProtocol.Appended answer = await Ask(actor, Append(partition, Batch("a")));

        Assert.That(answer.Error, Is.EqualTo(ErrorCode.None));
        Assert.That(partition.Log.FlushedOffset, Is.EqualTo(1));
    }

    /// <summary>
    /// The flush thread and the journal tell the actor of one append in either order; with a disk in memory the flush
    /// is often first.
    /// </summary>
    [Test]
    public async Task With_group_commit_one_append_after_the_other_is_answered_by_its_own_flush()
    {
        PartitionHandle partition = Open("test", new LogConfig { FlushPolicy = FlushPolicy.GroupCommit });
        IActorRef actor = await Lead(partition);

        for (int i = 1; i <= 1_000; i++)
        {
            PartitionProtocol.Appended answer = await Ask(actor, Append(partition, Batch("a"), i));
            Assert.That((answer.CorrelationId, answer.Error), Is.EqualTo(((long)i, ErrorCode.None)));
        }

        Assert.That(partition.Log.View.HighWatermark, Is.EqualTo(1_000));
    }

    [Test]
    public async Task A_duplicate_waits_for_its_originals_condition()
    {
        PartitionHandle partition = Open("test", new LogConfig { FlushPolicy = FlushPolicy.GroupCommit });
        IActorRef actor = await Lead(partition);
        Observer.Attach(new PartitionRegistry());
        byte[] original = Batch(new ProducerSequence(7, 0, 0), "a");

        actor.Tell(Append(partition, [.. original], 1), TestActor);
        actor.Tell(Append(partition, [.. original], 2), TestActor);
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        await Eventually.That(() => partition.Log.FlushedOffset, Is.EqualTo(1));
        actor.Tell(new PartitionProtocol.Flushed(partition.Log, 1));

        Assert.That((await ExpectMsgAsync<PartitionProtocol.Appended>()).CorrelationId, Is.EqualTo(1));
        Assert.That((await ExpectMsgAsync<PartitionProtocol.Appended>()).CorrelationId, Is.EqualTo(2));
    }

    [Test]
    public async Task Beyond_its_limit_of_waiting_appends_a_partition_refuses()
    {
        PartitionHandle partition = Open("test", new LogConfig { FlushPolicy = FlushPolicy.GroupCommit });
        IActorRef actor = await Lead(partition, limits: new PartitionLimits(2, 1 << 20, TimeSpan.FromSeconds(30)));
        Observer.Attach(new PartitionRegistry());

        for (int i = 0; i < 3; i++) actor.Tell(Append(partition, Batch("a"), i), TestActor);

        var refused = await ExpectMsgAsync<PartitionProtocol.Appended>();
        Assert.That((refused.CorrelationId, refused.Error), Is.EqualTo((2L, ErrorCode.ThrottlingQuotaExceeded)));
    }

    private async Task StopAsync(IActorRef actor)
    {
        await WatchAsync(actor);
        actor.Tell(PartitionProtocol.Remove.Instance);
        await ExpectTerminatedAsync(actor);
    }
}
