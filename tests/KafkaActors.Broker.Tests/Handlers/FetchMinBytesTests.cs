using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol.Messages;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>
/// <c>fetch.min.bytes</c> counts as Kafka counts it: what lies between the fetch and the high watermark, up to what the
/// client takes of a partition, and anything that is left of an older segment is enough.
/// </summary>
public sealed class FetchMinBytesTests : HandlerTest
{
    private const int FarAway = 60_000;
    private const int Most = 1_000_000;

    private static readonly LogConfig OneRecordSegments = LogConfig.Default with { SegmentBytes = 100 };

    [TestCase(3, true, Description = "sealed")]
    [TestCase(4, false, Description = "the last")]
    [TestCase(5, false, Description = "the end")]
    public async Task An_offset_below_the_last_segment_is_answered_at_once(long offset, bool isAnswered)
    {
        PartitionHandle partition = await CreateAsync(OneRecordSegments, records: 5);
        Assert.That(partition.Log.View.HighWatermark, Is.EqualTo(5));
        AnsweredContext context = Fetch(Request(partition, offset, FarAway, minBytes: Most));
        Assert.That(context.Answer.IsCompleted, Is.EqualTo(isAnswered));
        if (isAnswered) FetchResponses.Release(await context.AnswerAsync<FetchResponse>());
    }

    [Test]
    public async Task Bytes_that_do_not_fit_into_the_answer_count_up_to_what_the_client_takes()
    {
        PartitionHandle partition = await CreateAsync(LogConfig.Default, records: 5);
        int size = Batch("a").Length;
        // Two batches and a half: two are sent, and there is as much as was asked for.
        AnsweredContext context = Fetch(Limited(partition, minBytes: 2 * size + size / 2, 2 * size + size / 2));
        FetchResponse response = await context.AnswerAsync<FetchResponse>();
        Assert.That(response.Responses[0].Partitions[0].Records!.SizeInBytes, Is.EqualTo(2 * size));
        FetchResponses.Release(response);
    }

    [Test]
    public async Task Bytes_beyond_what_the_client_takes_of_a_partition_do_not_count()
    {
        PartitionHandle partition = await CreateAsync(LogConfig.Default, records: 5);
        int size = Batch("a").Length;
        AnsweredContext context = Fetch(Limited(partition, minBytes: 4 * size, 2 * size));
        Assert.That(context.Answer.IsCompleted, Is.False);
    }

    [Test]
    public async Task No_more_is_waited_for_than_the_answer_may_hold()
    {
        PartitionHandle partition = await CreateAsync(LogConfig.Default, records: 5);
        FetchRequest request = Request(partition, 0, FarAway, minBytes: int.MaxValue);
        request.MaxBytes = 2 * Batch("a").Length;
        FetchResponses.Release(await Fetch(request).AnswerAsync<FetchResponse>());
    }

    private static FetchRequest Limited(PartitionHandle partition, int minBytes, int partitionMaxBytes)
    {
        FetchRequest request = Request(partition, 0, FarAway, minBytes);
        request.Topics[0].Partitions[0].PartitionMaxBytes = partitionMaxBytes;
        return request;
    }

    private async Task<PartitionHandle> CreateAsync(LogConfig config, int records)
    {
        PartitionHandle partition = await Create("test", config: config);
        for (int i = 0; i < records; i++) await Ask(partition.Actor!, Append(partition, Batch("a")));
        return partition;
    }
}
