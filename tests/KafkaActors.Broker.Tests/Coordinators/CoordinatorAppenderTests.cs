using Akka.TestKit;
using KafkaActors.Broker.Coordinators;
using KafkaActors.Broker.Groups;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Groups;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.Tests.Coordinators;

public sealed class CoordinatorAppenderTests : GroupTest
{
    private static readonly CoordinatorEpoch Coordinator = new(4);

    private CoordinatorAppender _appender = null!;

    [SetUp]
    public void CreateAppender() =>
        _appender = new CoordinatorAppender(Partitions, Region.Ref, () => Image, Clock, AppendTimeout);

    [Test]
    public async Task An_append_carries_every_epoch_it_rests_on()
    {
        Image = ImageOf(Self, Other);

        bool isSent = _appender.TryAppend(Coordinator, PartitionOf(1), [GroupRequests.Offset("g", 5)], 77, TestActor);

        Assert.That(isSent, Is.True);
        var envelope = await Region.ExpectMsgAsync<PartitionEnvelope>();
        var append = (PartitionProtocol.Append)envelope.Message;
        var led = new TopicIdPartition(OffsetsTopicId, 1);
        Assert.That((envelope.Leader, envelope.Partition, append.Partition), Is.EqualTo((Other, led, led)));
        Assert.That(append.CurrentLeaderEpoch, Is.EqualTo(Epoch));
        Assert.That(append.Coordinator, Is.EqualTo(Coordinator));
        Assert.That(append.DecidedAt, Is.EqualTo(Image.Offset));
        Assert.That(append.Acks, Is.EqualTo(Acks.All));
        Assert.That(append.CorrelationId, Is.EqualTo(77));
        Assert.That(Region.Sender, Is.EqualTo(TestActor), "who gets the answer");
    }

    [Test]
    public async Task All_records_of_a_decision_are_in_one_batch_of_version_2()
    {
        _appender.TryAppend(
            Coordinator,
            PartitionOf(0),
            [GroupRequests.Offset("g", 5), GroupRequests.Offset("g", null, "u")],
            1,
            TestActor);

        ReadOnlyMemory<byte> bytes = (await NextAppend()).Append.Batch;
        IReadOnlyList<CoordinatorRecord> records = GroupRequests.Records(bytes);
        RecordBatch.TryRead(bytes, out RecordBatch batch);
        Assert.That((batch.Magic, batch.RecordCount, batch.IsCrcValid()), Is.EqualTo(((sbyte)2, 2, true)));
        Assert.That(batch.Attributes.IsControl, Is.False);
        Assert.That(batch.BaseTimestamp, Is.EqualTo(Clock.GetUtcNow().ToUnixTimeMilliseconds()));
        Assert.That(records.Select(GroupRequests.OffsetOf), Is.EqualTo(new long?[] { 5, null }));
        Assert.That(records.Select(record => ((OffsetCommitKey)record.Key).Topic), Is.EqualTo(new[] { "t", "u" }));
        Assert.That(records[1].Value, Is.Null, "a tombstone stays one");
    }

    [Test]
    public async Task A_fence_says_nothing_of_any_group()
    {
        Assert.That(_appender.TryFence(Coordinator, PartitionOf(0), 1, TestActor), Is.True);

        PartitionProtocol.Append fence = (await NextAppend()).Append;
        var loaded = new LoadedPartition(Tenant, null);
        Assert.That(fence.Coordinator, Is.EqualTo(Coordinator));
        Assert.That(PartitionLoader.Take(fence.Batch, 1, loaded), Is.EqualTo(1), "one record");
        Assert.That(loaded.RecordCount, Is.Zero);
        RecordBatch.TryRead(fence.Batch, out RecordBatch batch);
        foreach (RecordView record in batch.Records())
            Assert.That(record.Value, Is.Null, "Kafka's tools read an empty value as a damaged one");
    }

    [Test]
    public void A_fence_of_an_older_log_is_read_past()
    {
        var builder = new RecordBatchBuilder(int.MaxValue);
        builder.TryAppend(1, new byte[] { 0x7F, 0xFF }, ReadOnlyMemory<byte>.Empty);
        var loaded = new LoadedPartition(Tenant, null);
        Assert.That(PartitionLoader.Take(builder.Build(), 1, loaded), Is.EqualTo(1));
        Assert.That(loaded.RecordCount, Is.Zero);
    }

    [Test]
    public void What_is_meant_for_a_deleted_topic_does_not_land_in_its_successor()
    {
        Image = With(ImageOf(Other), OffsetsTopic.Name, TopicId.NewRandom());
        Assert.That(
            _appender.TryAppend(Coordinator, PartitionOf(0), [GroupRequests.Offset("g", 5)], 1, TestActor), Is.False);
        Assert.That(Region.HasMessages, Is.False);
    }

    [Test]
    public async Task A_partition_that_is_led_here_is_told_without_the_region()
    {
        TestProbe leader = CreateTestProbe("leader");
        Image = ImageOf(Self);
        PartitionHandle partition = Open(OffsetsTopic.Name, id: OffsetsTopicId);
        partition.Route = new LeaderRoute(leader.Ref, Epoch, 0);

        _appender.TryAppend(Coordinator, PartitionOf(0), [GroupRequests.Offset("g", 5)], 1, TestActor);

        var append = await leader.ExpectMsgAsync<PartitionProtocol.Append>();
        Assert.That(append.CurrentLeaderEpoch, Is.EqualTo(Epoch));
        Assert.That(append.Deadline, Is.EqualTo(Clock.GetUtcNow() + AppendTimeout));
        Assert.That(Region.HasMessages, Is.False);
    }

    [Test]
    public void Nothing_is_sent_without_a_topic_a_partition_or_a_leader()
    {
        bool Try(MetadataImage image, int partition)
        {
            Image = image;
            return _appender.TryAppend(
                Coordinator, PartitionOf(partition), [GroupRequests.Offset("g", 5)], 1, TestActor);
        }

        Assert.That(Try(MetadataImage.Empty, 0), Is.False);
        Assert.That(Try(ImageOf(Other), 1), Is.False);
        Assert.That(Try(ImageOf(NodeId.None), 0), Is.False);
        Assert.That(Region.HasMessages, Is.False);
    }

    private static TopicIdPartition PartitionOf(int partition) => new(OffsetsTopicId, partition);
}
