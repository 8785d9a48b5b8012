using System.Collections.Concurrent;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>Old records are looked for, and read, where waiting for a disk is allowed, and new ones at once.</summary>
public sealed class ColdFetchTests : HandlerTest
{
    private const int FarAway = 60_000;

    private static readonly LogConfig SmallSegments = LogConfig.Default with { SegmentBytes = 1000 };

    private readonly ConcurrentQueue<Action> _forTheDisk = new();

    [Test]
    public async Task A_sealed_segment_is_read_where_a_disk_may_be_waited_for()
    {
        PartitionHandle partition = await CreateWithSegments(3);
        AnsweredContext context = Fetch(Request(partition, 0, FarAway));
        Assert.That((context.Ends, _forTheDisk.Count), Is.EqualTo((0, 1)));
        WaitForTheDisk();
        FetchResponse response = await context.AnswerAsync<FetchResponse>();
        var records = (LogRecords)response.Responses[0].Partitions[0].Records!;
        Assert.That(records.IsCold, Is.True);
        Assert.That(records.SizeInBytes, Is.GreaterThan(700));
        FetchResponses.Release(response);
    }

    [TestCase(1, Description = "sealed last")]
    [TestCase(2, Description = "active")]
    public async Task The_newest_two_segments_are_read_at_once(long offset)
    {
        PartitionHandle partition = await CreateWithSegments(3);
        AnsweredContext context = Fetch(Request(partition, offset, FarAway));
        Assert.That((context.Answer.IsCompleted, _forTheDisk.Count), Is.EqualTo((true, 0)));
        FetchResponse response = await context.AnswerAsync<FetchResponse>();
        Assert.That(((LogRecords)response.Responses[0].Partitions[0].Records!).IsCold, Is.False);
        FetchResponses.Release(response);
    }

    [Test]
    public async Task A_fetch_at_the_end_waits_and_is_woken_without_any_disk()
    {
        PartitionHandle partition = await CreateWithSegments(2);
        AnsweredContext context = Fetch(Request(partition, 2, FarAway));
        await Ask(partition.Actor!, Append(partition, Batch("a")));
        FetchResponses.Release(await context.AnswerAsync<FetchResponse>());
        Assert.That(_forTheDisk, Is.Empty);
    }

    [Test]
    public async Task What_wakes_it_while_the_disk_is_waited_for_waits_for_nothing()
    {
        PartitionHandle partition = await CreateWithSegments(3);
        AnsweredContext context = Fetch(Request(partition, 0, FarAway));
        for (int i = 0; i < 3; i++) await Ask(partition.Actor!, Append(partition, Batch("a")));
        Assert.That((context.Ends, _forTheDisk.Count), Is.EqualTo((0, 1)));
        Assert.That(partition.Log.View.HighWatermark, Is.EqualTo(6));
        WaitForTheDisk();
        FetchResponses.Release(await context.AnswerAsync<FetchResponse>());
        Assert.That((context.Ends, _forTheDisk.Count), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task After_a_restart_what_was_there_before_is_cold_and_what_comes_after_is_not()
    {
        var (name, id) = (new TopicPartition("test", 0), TopicId.NewRandom());
        PartitionLog log = Directory.OpenLog(name, id, LogConfig.Default);
        byte[] bytes = Batch("a");
        RecordBatchPatcher.AssignOffsets(bytes, 0, new LeaderEpoch(0));
        RecordBatch.TryRead(bytes, out RecordBatch batch);
        log.Append(log.TakeWriter(ReplicaRole.Leader, new LeaderEpoch(0)), batch);
        Assert.That((log.LogEndOffset, log.IsCold(0)), Is.EqualTo((1L, false)));
        await ReopenDirectory();
        PartitionLog again = Directory.OpenLog(name, id, LogConfig.Default);
        Assert.That((again.IsCold(0), again.IsCold(1)), Is.EqualTo((true, false)));
    }

    private void WaitForTheDisk()
    {
        Assert.That(_forTheDisk.TryDequeue(out Action? work), Is.True);
        work!();
    }

    private async Task<PartitionHandle> CreateWithSegments(int count)
    {
        ColdReads = new Bulkhead(work =>
        {
            _forTheDisk.Enqueue(work);
            return true;
        });
        CreateNode();
        PartitionHandle partition = await Create("test", config: SmallSegments);
        for (int i = 0; i < count; i++)
            await Ask(partition.Actor!, Append(partition, Batch(new string('x', 700))));
        return partition;
    }
}
