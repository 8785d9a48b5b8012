using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Broker.Tests.Handlers;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.Tests.Serving;

/// <summary>The test stands in for the partition's leader, for who asked, and for the pool.</summary>
public sealed class AppendLaneTests : HandlerTest
{
    private readonly Queue<Action> _pool = new();
    private PartitionHandle _partition = null!;
    private LeaderRoute _route = null!;

    [SetUp]
    public async Task CreatePartition()
    {
        _pool.Clear();
        _partition = await Create("test", isLed: false);
        _route = new LeaderRoute(TestActor, new LeaderEpoch(0), 0);
    }

    [Test]
    public async Task What_takes_no_time_goes_on_at_once([Values] CompressionType codec)
    {
        AppendLane lane = NewLane();
        Send(lane, 1, Batch(codec, 100));
        var append = await ExpectMsgAsync<PartitionProtocol.Append>();
        Assert.That(append.Opened.HasValue, Is.EqualTo(codec != CompressionType.None));
        Assert.That(_pool, Is.Empty);
    }

    [TestCase(CompressionType.None, 1_000, true)]
    [TestCase(CompressionType.Lz4, 100_000, true)]
    [TestCase(CompressionType.None, 100_000, false)]
    [TestCase(CompressionType.Zstd, 1_000_000, false)]
    public async Task A_small_batch_is_compressed_anew_at_once_and_a_large_one_on_the_pool(
        CompressionType codec, int valueBytes, bool isAtOnce)
    {
        PartitionAssignment assignment = _partition.Assignment;
        _partition.Assignment = assignment with
        {
            Settings = assignment.Settings with { Compression = CompressionType.Gzip },
        };
        Send(NewLane(), 1, Batch(codec, valueBytes));
        Assert.That(_pool, Has.Count.EqualTo(isAtOnce ? 0 : 1));
        RunPool();
        var append = await ExpectMsgAsync<PartitionProtocol.Append>();
        Assert.That(RecordBatch.TryRead(append.Batch, out RecordBatch stored), Is.True);
        Assert.That(stored.Attributes.Compression, Is.EqualTo(CompressionType.Gzip));
    }

    [Test]
    public async Task Behind_a_batch_that_is_being_opened_its_own_client_waits_and_no_other()
    {
        AppendLane lane = NewLane();
        AppendLane other = NewLane();
        Send(lane, 1, Batch(CompressionType.Gzip, 1_000_000));
        Send(lane, 2, Batch(CompressionType.None, 1));
        Send(other, 3, Batch(CompressionType.None, 1));
        Send(other, 4, Batch(CompressionType.Zstd, 1));
        Assert.That((await ExpectMsgAsync<PartitionProtocol.Append>()).CorrelationId, Is.EqualTo(3));
        Assert.That((await ExpectMsgAsync<PartitionProtocol.Append>()).CorrelationId, Is.EqualTo(4));
        await ExpectNoMsgAsync(TimeSpan.Zero);
        Assert.That(lane.WhenIdle().IsCompleted, Is.False);

        RunPool();
        Assert.That((await ExpectMsgAsync<PartitionProtocol.Append>()).CorrelationId, Is.EqualTo(1));
        Assert.That((await ExpectMsgAsync<PartitionProtocol.Append>()).CorrelationId, Is.EqualTo(2));
        await lane.WhenIdle();
        Send(lane, 5, Batch(CompressionType.None, 1));
        Assert.That((await ExpectMsgAsync<PartitionProtocol.Append>()).CorrelationId, Is.EqualTo(5));
    }

    [Test]
    public async Task Clients_with_large_batches_take_turns_on_the_pool()
    {
        AppendLane[] lanes = [NewLane(), NewLane()];
        for (int i = 0; i < 3; i++) Send(lanes[0], i, Batch(CompressionType.Lz4, 1_000_000));
        Send(lanes[1], 10, Batch(CompressionType.Lz4, 1_000_000));
        Assert.That(_pool, Has.Count.EqualTo(2), "one place for each client");
        RunPool();
        foreach (long expected in new long[] { 0, 10, 1, 2 })
            Assert.That((await ExpectMsgAsync<PartitionProtocol.Append>()).CorrelationId, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_batch_that_is_refused_is_answered_in_its_place_and_the_next_goes_on()
    {
        AppendLane lane = NewLane();
        byte[] garbage = Batch(CompressionType.Snappy, 1_000_000);
        byte[] large = new byte[200_000];
        garbage.AsSpan(0, RecordBatchLayout.HeaderSize).CopyTo(large);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(
            large.AsSpan(RecordBatchLayout.BatchLength), large.Length - RecordBatchLayout.LogOverhead);
        RecordBatchPatcher.CorrectMaxTimestamp(large, 1);
        Send(lane, 1, large);
        Send(lane, 2, Batch(CompressionType.None, 1));
        RunPool();
        var refused = await ExpectMsgAsync<PartitionProtocol.Appended>();
        Assert.That((refused.CorrelationId, refused.Error), Is.EqualTo((1L, ErrorCode.InvalidRecord)));
        Assert.That((await ExpectMsgAsync<PartitionProtocol.Append>()).CorrelationId, Is.EqualTo(2));
    }

    [Test]
    public async Task What_waits_is_dropped_when_its_client_has_gone()
    {
        using var gone = new CancellationTokenSource();
        var lane = new AppendLane(new Bulkhead(Post), TimeProvider.System, gone.Token);
        Send(lane, 1, Batch(CompressionType.Gzip, 1_000_000));
        Send(lane, 2, Batch(CompressionType.None, 1));
        await gone.CancelAsync();
        RunPool();
        Assert.That(lane.WhenIdle().IsCompleted, Is.True);
        await ExpectNoMsgAsync(TimeSpan.Zero);
    }

    private static byte[] Batch(CompressionType codec, int valueBytes)
    {
        var builder = new RecordBatchBuilder(valueBytes + 1_000, codec);
        builder.TryAppend(1, null, new byte[valueBytes]);
        return builder.Build();
    }

    private AppendLane NewLane() => new(new Bulkhead(Post), TimeProvider.System, CancellationToken.None);

    private bool Post(Action work)
    {
        _pool.Enqueue(work);
        return true;
    }

    private void RunPool()
    {
        while (_pool.TryDequeue(out Action? work)) work();
    }

    private void Send(AppendLane lane, long correlationId, byte[] batch) => lane.Send(
        _route,
        _partition,
        new PartitionProtocol.Append(
            correlationId, _partition.Id, _route.Epoch, null, Acks.All, DateTimeOffset.MaxValue, batch),
        TestActor);
}
