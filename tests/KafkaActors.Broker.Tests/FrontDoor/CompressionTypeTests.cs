using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Tests.FrontDoor;

/// <summary>Topics that store batches in a codec of their own: <c>compression.type</c>.</summary>
public sealed class CompressionTypeTests : SessionTest
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

        ProduceResponse.PartitionProduceResponse appended = await Append(session, partition, [.. original]);
        RecordBatch batch = (await Fetched(session, partition)).Single();
        Assert.That(RecordBatch.TryRead(original, out RecordBatch before), Is.True);

        Assert.That(appended.ErrorCode, Is.EqualTo(ErrorCode.None), appended.ErrorMessage);
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

        session.Tell(Object(1, Produce(partition, Build(CompressionType.Gzip, Producer, "a"))), TestActor);
        session.Tell(Object(2, Produce(partition, [.. second])), TestActor);
        await ExpectResponse<ProduceResponse>();
        await ExpectResponse<ProduceResponse>();
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

        session.Tell(Object(1, Produce(partition, [.. batch])), TestActor);
        session.Tell(Object(2, Produce(partition, [.. batch])), TestActor);
        await ExpectResponse<ProduceResponse>();
        ProduceResponse.PartitionProduceResponse duplicate = Row(await ExpectResponse<ProduceResponse>());

        Assert.That((duplicate.ErrorCode, duplicate.BaseOffset), Is.EqualTo((ErrorCode.None, 0L)));
        Assert.That(partition.Log.LogEndOffset, Is.EqualTo(1));
    }

    [Test]
    public async Task A_batch_that_cannot_be_opened_is_refused_and_costs_no_offset()
    {
        (IActorRef session, PartitionHandle partition) = await Start(CompressionType.Zstd);
        byte[] broken = Build(CompressionType.Gzip, Producer, "a");
        broken.AsSpan(RecordBatchLayout.HeaderSize).Fill(0xFF);
        RecordBatchPatcher.AssignProducer(broken, Producer);

        session.Tell(Object(1, Produce(partition, broken)), TestActor);
        session.Tell(Object(2, Produce(partition, Build(CompressionType.Gzip, Producer, "a"))), TestActor);

        ErrorCode refused = Row(await ExpectResponse<ProduceResponse>()).ErrorCode;
        Assert.That(refused, Is.EqualTo(ErrorCode.InvalidRecord));
        Assert.That(Row(await ExpectResponse<ProduceResponse>()).BaseOffset, Is.Zero);
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
        PartitionHandle partition = await Create("test");
        partition.Assignment = partition.Assignment with
        {
            Settings = partition.Assignment.Settings with { Compression = codec },
        };
        return (await Connect(OpenDoor()), partition);
    }

    private async Task<IReadOnlyList<RecordBatch>> Fetched(IActorRef session, PartitionHandle partition)
    {
        FetchResponse.PartitionData data = await Read(session, partition);
        var batches = new List<RecordBatch>();
        foreach (RecordBatch batch in RecordBatches.Enumerate(((MemoryRecords)data.Records!).Bytes)) batches.Add(batch);
        return batches;
    }
}
