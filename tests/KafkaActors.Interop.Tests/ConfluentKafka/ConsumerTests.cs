using System.Globalization;
using System.Text;
using Confluent.Kafka;
using KafkaActors.Interop.Tests.Exchange;
using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.ConfluentKafka;

/// <summary>Positions, seeks and offsets of one partition with a hundred records, ten milliseconds apart.</summary>
[Category("Interop")]
internal sealed class ConsumerTests
{
    private const string Topic = "confluent-hundred";
    private const int Count = 100;
    private const long Time = 1_432_155_934_000;

    private static readonly TopicPartition Partition = new(Topic, 0);

    private static KafkaNode Node => InteropSuite.Node;

    [OneTimeSetUp]
    public async Task Produce()
    {
        await Node.CreateTopicAsync(Topic, partitions: 2);
        ClientRecord[] records = [.. Enumerable.Range(0, Count).Select(number => new ClientRecord
        {
            Partition = 0,
            Timestamp = Time + (10 * number),
            Value = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)),
        })];
        await new ConfluentClient().ProduceAsync(Topic, records);
    }

    [TestCase(0, 0)]
    [TestCase(37, 37)]
    [TestCase(99, 99)]
    [TestCase(-2, 0, Description = "the beginning")]
    [TestCase(-2011, 89, Description = "eleven before the end")]
    public void Reading_starts_where_it_is_assigned(long offset, long first)
    {
        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer();
        consumer.Assign(new TopicPartitionOffset(Partition, offset));
        for (long expected = first; expected < Count; expected++) AssertNext(consumer, expected);
    }

    [Test]
    public void The_end_of_a_partition_is_told_with_its_offset()
    {
        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer(new ConsumerConfig { EnablePartitionEof = true });
        TopicPartitionOffset[] starts = [new(Partition, 99), new(Topic, 1, Offset.Beginning)];
        consumer.Assign(starts);

        ConsumeResult<byte[]?, byte[]?>[] results = [consumer.Next(), consumer.Next(), consumer.Next()];

        Assert.That(
            results.Where(result => result.IsPartitionEOF).Select(result => result.TopicPartitionOffset),
            Is.EquivalentTo(new TopicPartitionOffset[] { new(Partition, 100), new(Topic, 1, 0) }));
        Assert.That(results.Single(result => !result.IsPartitionEOF).Offset.Value, Is.EqualTo(99));
    }

    [Test]
    public void Seeks_go_both_ways()
    {
        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer();
        consumer.Assign(new TopicPartitionOffset(Partition, 0));
        AssertNext(consumer, 0);
        foreach (long offset in (long[])[80, 3, 99, 0])
        {
            consumer.Seek(new TopicPartitionOffset(Partition, offset));
            AssertNext(consumer, offset);
        }
    }

    [Test]
    public void A_paused_partition_is_silent_until_it_is_resumed()
    {
        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer();
        consumer.Assign(new TopicPartitionOffset(Partition, 0));
        AssertNext(consumer, 0);

        consumer.Pause([Partition]);
        Assert.That(consumer.Consume(TimeSpan.FromMilliseconds(300)), Is.Null);
        consumer.Resume([Partition]);

        AssertNext(consumer, 1);
    }

    [Test]
    public void Watermarks_are_queried()
    {
        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer();
        WatermarkOffsets full = consumer.QueryWatermarkOffsets(Partition, Connect.Timeout);
        WatermarkOffsets empty = consumer.QueryWatermarkOffsets(new TopicPartition(Topic, 1), Connect.Timeout);

        Assert.That((full.Low.Value, full.High.Value), Is.EqualTo((0, Count)));
        Assert.That((empty.Low.Value, empty.High.Value), Is.EqualTo((0, 0)));
    }

    [TestCase(Time - 1, 0)]
    [TestCase(Time, 0)]
    [TestCase(Time + 1, 1)]
    [TestCase(Time + 500, 50)]
    [TestCase(Time + 985, 99)]
    [TestCase(Time + 990, 99)]
    [TestCase(Time + 991, -1, Description = "the end")]
    public void Offsets_are_found_by_time(long time, long offset)
    {
        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer();
        TopicPartitionTimestamp wanted = new(Partition, new Timestamp(time, TimestampType.CreateTime));

        TopicPartitionOffset found = consumer.OffsetsForTimes([wanted], Connect.Timeout).Single();

        Assert.That(found.Offset.Value, Is.EqualTo(offset));
    }

    [TestCase(AutoOffsetReset.Earliest, 0)]
    [TestCase(AutoOffsetReset.Error, -1)]
    public void An_offset_out_of_range_is_reset_as_configured(AutoOffsetReset reset, long offset)
    {
        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer(new ConsumerConfig { AutoOffsetReset = reset });
        consumer.Assign(new TopicPartitionOffset(Partition, 1000));
        if (offset >= 0)
        {
            AssertNext(consumer, offset);
            return;
        }

        ConsumeException? failure = Assert.Throws<ConsumeException>(() => consumer.Consume(Connect.Timeout));
        Assert.That(failure!.Error.Code, Is.EqualTo(ErrorCode.Local_AutoOffsetReset));
        Assert.That(failure.Message, Does.Contain("out of range"));
    }

    [Test]
    public async Task A_record_larger_than_the_fetch_size_is_read_all_the_same()
    {
        await Node.CreateTopicAsync("confluent-large");
        byte[] large = [.. Enumerable.Range(0, 900_000).Select(index => (byte)(index * 31))];
        ClientRecord record = new() { Partition = 0, Timestamp = Time, Value = large };
        ClientRecord[] records = [record, record, record];
        await new ConfluentClient().ProduceAsync("confluent-large", records);
        ConsumerConfig small = new() { FetchMaxBytes = 1000, MaxPartitionFetchBytes = 1000, MessageMaxBytes = 1000 };
        using IConsumer<byte[]?, byte[]?> consumer = Connect.Consumer(small);
        consumer.Assign(new TopicPartitionOffset("confluent-large", 0, Offset.Beginning));

        for (int number = 0; number < records.Length; number++)
            Assert.That(consumer.Next().Message.Value!.AsSpan().SequenceEqual(large), Is.True);
    }

    [Test]
    public async Task Many_partitions_are_read_together()
    {
        const int partitions = 40;
        await Node.CreateTopicAsync("confluent-many", partitions);
        ClientRecord[] records = [.. Enumerable.Range(0, 4000).Select(number => new ClientRecord
        {
            Partition = number % partitions, Timestamp = Time, Value = BitConverter.GetBytes(number),
        })];
        await new ConfluentClient().ProduceAsync("confluent-many", records);

        IReadOnlyList<ClientRecord> read = await new ConfluentClient().ConsumeAsync("confluent-many");

        Assert.That(
            read.GroupBy(record => record.Partition).Select(group => group.Select(record => record.Offset)),
            Is.EqualTo(Enumerable.Repeat(Enumerable.Range(0, 100), partitions)));
        Assert.That(
            read.Select(record => BitConverter.ToInt32(record.Value)).Order(), Is.EqualTo(Enumerable.Range(0, 4000)));
    }

    private static void AssertNext(IConsumer<byte[]?, byte[]?> consumer, long offset)
    {
        ConsumeResult<byte[]?, byte[]?> result = consumer.Next();
        Assert.That(result.Offset.Value, Is.EqualTo(offset));
        Assert.That(
            Encoding.ASCII.GetString(result.Message.Value!), Is.EqualTo(offset.ToString(CultureInfo.InvariantCulture)));
        Assert.That(result.Message.Timestamp.UnixTimestampMs, Is.EqualTo(Time + (10 * offset)));
    }
}
