using KafkaActors.Client.Consuming;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Tests.Consuming;

/// <summary>Batches come out whole however their bytes are cut.</summary>
public sealed class BatchAssemblerTests
{
    [Test]
    public void Any_cut_gives_the_same_batches()
    {
        byte[] first = Batch(10);
        byte[] second = Batch(30);
        byte[] all = [.. first, .. second];
        for (int size = 1; size <= all.Length; size++)
        {
            var assembler = new BatchAssembler();
            List<byte[]> found = [];
            for (int at = 0; at < all.Length; at += size)
            {
                ReadOnlyMemory<byte> region = all.AsMemory(at, Math.Min(size, all.Length - at));
                assembler.Feed(region, batch => found.Add(batch.Bytes.ToArray()));
            }

            Assert.That(found, Is.EqualTo(new[] { first, second }), $"cut every {size} bytes");
            Assert.That(assembler.IsWithinBatch, Is.False);
        }
    }

    [Test]
    public void A_batch_within_one_region_is_not_copied()
    {
        byte[] bytes = Batch(10);
        new BatchAssembler().Feed(bytes, batch =>
            Assert.That(batch.Bytes.Span.Overlaps(bytes), Is.True));
    }

    [Test]
    public void A_length_that_cannot_be_is_refused()
    {
        byte[] bytes = Batch(10);
        bytes[RecordBatchLayout.BatchLength] = 0xff;
        KafkaException? fault = Assert.Throws<KafkaException>(() => new BatchAssembler().Feed(bytes, _ => { }));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.CorruptMessage));
    }

    private static byte[] Batch(int valueBytes)
    {
        var builder = new RecordBatchBuilder(1000);
        builder.TryAppend(1, null, new byte[valueBytes]);
        return builder.Build();
    }
}
