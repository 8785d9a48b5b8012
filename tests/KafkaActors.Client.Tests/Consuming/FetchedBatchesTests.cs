using KafkaActors.Client.Consuming;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Tests.Consuming;

/// <summary>Batches come out whole, and one that is cut off not at all.</summary>
public sealed class FetchedBatchesTests
{
    [Test]
    public void What_is_cut_off_anywhere_gives_the_batches_before()
    {
        byte[] first = Batch(10);
        byte[] second = Batch(30);
        byte[] all = [.. first, .. second];
        for (int size = first.Length; size <= all.Length; size++)
        {
            byte[][] whole = size == all.Length ? [first, second] : [first];
            Assert.That(Cut(all.AsMemory(0, size)), Is.EqualTo(whole), $"cut after {size} bytes");
        }
    }

    [Test]
    public void A_batch_is_not_copied()
    {
        byte[] bytes = Batch(10);
        FetchedBatches.Cut(bytes, batch => Assert.That(batch.Bytes.Span.Overlaps(bytes), Is.True));
    }

    [Test]
    public void A_length_that_cannot_be_is_refused_after_the_batches_before_it()
    {
        byte[] first = Batch(10);
        byte[] second = Batch(30);
        second[RecordBatchLayout.BatchLength] = 0xff;
        List<byte[]> found = [];
        KafkaException? fault = Assert.Throws<KafkaException>(() =>
            FetchedBatches.Cut((byte[])[.. first, .. second], batch => found.Add(batch.Bytes.ToArray())));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.CorruptMessage));
        Assert.That(found, Is.EqualTo(new[] { first }));
    }

    [Test]
    public void Bytes_without_one_whole_batch_are_refused()
    {
        byte[] bytes = Batch(10);
        KafkaException? fault = Assert.Throws<KafkaException>(() => Cut(bytes.AsMemory(0, bytes.Length - 1)));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.CorruptMessage));
    }

    private static List<byte[]> Cut(ReadOnlyMemory<byte> records)
    {
        List<byte[]> found = [];
        FetchedBatches.Cut(records, batch => found.Add(batch.Bytes.ToArray()));
        return found;
    }

    private static byte[] Batch(int valueBytes)
    {
        var builder = new RecordBatchBuilder(1000);
        builder.TryAppend(1, null, new byte[valueBytes]);
        return builder.Build();
    }
}
