using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.Tests.FrontDoor;

/// <summary>Topics that store batches in a codec of their own: <c>compression.type</c>.</summary>
public sealed class CompressionTypeTests : FrontDoorTest
{
    private static readonly ProducerSequence Producer = new(7, 3, 0);

    [TestCase(CompressionType.None, CompressionType.Zstd)]
    [TestCase(CompressionType.None, CompressionType.Lz4)]
    [TestCase(CompressionType.None, CompressionType.Gzip)]
    [TestCase(CompressionType.Gzip, CompressionType.Snappy)]
    [TestCase(CompressionType.Snappy, CompressionType.None)]
    [TestCase(CompressionType.Zstd, CompressionType.None)]
    public async Task A_batch_is_stored_in_the_topics_codec_and_nothing_else_changes(
        CompressionType sent, CompressionType stored)
    {
        (IActorRef session, PartitionHandle partition) = await Start(stored);
        byte[] original = Build(sent, Producer, "a", "b");

        session.Tell(Produce(partition, [.. original]), TestActor);
        var appended = await ExpectMsgAsync<ProduceProtocol.Appended>();
        RecordBatch batch = (await Fetched(session, partition)).Single();
        Assert.That(RecordBatch.TryRead(original, out RecordBatch before), Is.True);

        Assert.That(appended.Error, Is.EqualTo(ErrorCode.None), appended.Message);
        Assert.That((batch.Attributes.Compression, batch.IsCrcValid()), Is.EqualTo((stored, true)));
        Assert.That(
            (batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence, batch.BaseTimestamp, batch.MaxTimestamp),
            Is.EqualTo((7L, (short)3, 0, before.BaseTimestamp, before.MaxTimestamp)));
        Assert.That(Texts(batch), Is.EqualTo(Texts(before)));
    }

    [Test]
    public async Task Batches_in_the_topics_codec_pass_as_they_are_and_the_order_stays()
    {
        (IActorRef session, PartitionHandle partition) = await Start(CompressionType.Lz4);
        byte[] second = Build(CompressionType.Lz4, new ProducerSequence(7, 3, 1), "b");

        session.Tell(Produce(partition, Build(CompressionType.Gzip, Producer, "a"), 1), TestActor);
        session.Tell(Produce(partition, [.. second], 2), TestActor);
        await ExpectMsgAsync<ProduceProtocol.Appended>();
        await ExpectMsgAsync<ProduceProtocol.Appended>();
        IReadOnlyList<RecordBatch> batches = await Fetched(session, partition);

        Assert.That(batches.SelectMany(Texts).Select(text => text.Split(' ')[1]), Is.EqualTo(new[] { "a", "b" }));
        int fromCrc = RecordBatchLayout.Crc;
        Assert.That(batches[1].Bytes[fromCrc..].ToArray(), Is.EqualTo(second[fromCrc..]));
    }

    [Test]
    public async Task A_duplicate_is_found_whatever_it_was_compressed_with()
    {
        (IActorRef session, PartitionHandle partition) = await Start(CompressionType.Zstd);
        byte[] batch = Build(CompressionType.Gzip, Producer, "a");

        session.Tell(Produce(partition, [.. batch], 1), TestActor);
        session.Tell(Produce(partition, [.. batch], 2), TestActor);
        await ExpectMsgAsync<ProduceProtocol.Appended>();
        var duplicate = await ExpectMsgAsync<ProduceProtocol.Appended>();

        Assert.That((duplicate.Error, duplicate.BaseOffset), Is.EqualTo((ErrorCode.None, 0L)));
        Assert.That(partition.Log.LogEndOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task A_batch_that_cannot_be_opened_is_refused_and_costs_no_offset()
    {
        (IActorRef session, PartitionHandle partition) = await Start(CompressionType.Zstd);
        byte[] broken = Build(CompressionType.Gzip, Producer, "a");
        broken.AsSpan(RecordBatchLayout.HeaderSize).Fill(0xFF);
        RecordBatchPatcher.AssignProducer(broken, Producer);

        session.Tell(Produce(partition, broken, 1), TestActor);
        session.Tell(Produce(partition, Build(CompressionType.Gzip, Producer, "a"), 2), TestActor);

        Assert.That((await ExpectMsgAsync<ProduceProtocol.Appended>()).Error, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That((await ExpectMsgAsync<ProduceProtocol.Appended>()).BaseOffset, Is.Zero);
    }

    private static byte[] Build(CompressionType codec, ProducerSequence producer, params string[] values)
    {
        var builder = new RecordBatchBuilder(1 << 20, codec);
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        RecordHeader[] headers = [new RecordHeader("h", new byte[] { 1, 2 })];
        foreach (string value in values)
            builder.TryAppend(now++, new byte[] { 9 }, System.Text.Encoding.UTF8.GetBytes(value), headers);
        return builder.Build(producer);
    }

    /// <summary>Each record's timestamp, value, key and headers.</summary>
    private static List<string> Texts(RecordBatch batch)
    {
        var texts = new List<string>();
        foreach (RecordView record in new RecordEnumerator(batch))
        {
            string value = System.Text.Encoding.UTF8.GetString(record.Value!.Value.Span);
            string text = $"{record.TimestampMs} {value} {Convert.ToHexString(record.Key!.Value.Span)}";
            foreach (RecordHeader header in record.Headers)
                text += $" {header.Key}={Convert.ToHexString(header.Value!.Value.Span)}";
            texts.Add(text);
        }

        return texts;
    }

    private async Task<(IActorRef Session, PartitionHandle Partition)> Start(CompressionType codec)
    {
        PartitionHandle partition = Open("test");
        await Lead(partition);
        partition.Assignment = partition.Assignment with
        {
            Settings = partition.Assignment.Settings with { Compression = codec },
        };
        return (await Connect(OpenDoor()), partition);
    }

    private async Task<IReadOnlyList<RecordBatch>> Fetched(IActorRef session, PartitionHandle partition)
    {
        session.Tell(Fetch(partition, 0, maxWaitMs: 0), TestActor);
        var data = await ExpectMsgAsync<FetchProtocol.Data>();
        var batches = new List<RecordBatch>();
        foreach (RecordBatch batch in RecordBatches.Enumerate(data.Bytes)) batches.Add(batch);
        return batches;
    }
}
