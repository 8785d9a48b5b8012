using System.Text;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Protocol.Tests.Records;

public sealed class RecordBatchBuilderTests
{
    private static readonly CompressionType[] Codecs = Enum.GetValues<CompressionType>();

    [TestCaseSource(nameof(Codecs))]
    public void What_was_appended_is_read_back_in_order(CompressionType codec)
    {
        var builder = new RecordBatchBuilder(64 * 1024, codec);
        RecordHeader[] headers = [new("h", Bytes("1")), new("h", null), new("ключ", ReadOnlyMemory<byte>.Empty)];
        Assert.That(builder.TryAppend(1_000, Bytes("k"), Bytes("v"), headers), Is.True);
        Assert.That(builder.TryAppend(990, null, ReadOnlyMemory<byte>.Empty), Is.True);
        Assert.That(builder.TryAppend(5_000_000_000, ReadOnlyMemory<byte>.Empty, null), Is.True);

        RecordBatch batch = TestBatches.Read(builder.Build(new ProducerSequence(77, 3, 12), isTransactional: true));
        Assert.That(batch.IsCrcValid(), Is.True);
        Assert.That(batch.Attributes.Compression, Is.EqualTo(codec));
        Assert.That(batch.Attributes.IsTransactional, Is.True);
        Assert.That(batch.Attributes.IsControl, Is.False);
        Assert.That(batch.PartitionLeaderEpoch, Is.EqualTo(LeaderEpoch.None));
        Assert.That((batch.BaseOffset, batch.LastOffsetDelta, batch.RecordCount), Is.EqualTo((0L, 2, 3)));
        Assert.That((batch.BaseTimestamp, batch.MaxTimestamp), Is.EqualTo((1_000L, 5_000_000_000L)));
        Assert.That((batch.ProducerId, batch.ProducerEpoch, batch.BaseSequence), Is.EqualTo((77L, (short)3, 12)));

        RecordView[] records = ToArray(batch);
        Assert.That(records.Select(r => r.Offset), Is.EqualTo(new long[] { 0, 1, 2 }));
        Assert.That(records.Select(r => r.TimestampMs), Is.EqualTo(new[] { 1_000, 990, 5_000_000_000 }));
        Assert.That(records.Select(r => Text(r.Key)), Is.EqualTo(new[] { "k", null, string.Empty }));
        Assert.That(records.Select(r => Text(r.Value)), Is.EqualTo(new[] { "v", string.Empty, null }));
        Assert.That(records[0].Headers.ToArray().Select(h => (h.Key, Text(h.Value))),
            Is.EqualTo(new[] { ("h", "1"), ("h", null), ("ключ", string.Empty) }));
        Assert.That(records[1].Headers.Count, Is.Zero);
    }

    [Test]
    public void A_batch_never_passes_its_limit()
    {
        var builder = new RecordBatchBuilder(1_000);
        int appended = 0;
        while (builder.TryAppend(appended, null, new byte[100])) appended++;
        Assert.That(appended, Is.EqualTo(8));
        Assert.That(builder.RecordCount, Is.EqualTo(8));
        int size = builder.SizeInBytes;
        Assert.That(builder.Build(), Has.Length.EqualTo(size));
        Assert.That(size, Is.LessThanOrEqualTo(1_000));
    }

    [Test]
    public void The_first_record_is_taken_even_if_it_passes_the_limit()
    {
        var builder = new RecordBatchBuilder(1_000);
        Assert.That(builder.TryAppend(1, null, new byte[5_000]), Is.True);
        Assert.That(builder.TryAppend(1, null, new byte[1]), Is.False);
        Assert.That(TestBatches.Read(builder.Build()).RecordCount, Is.EqualTo(1));
        Assert.That(builder.TryAppend(1, null, new byte[1]), Is.True);
    }

    [Test]
    public void A_builder_starts_over_after_each_batch()
    {
        var builder = new RecordBatchBuilder(1_000);
        builder.TryAppend(5, null, Bytes("first"));
        byte[] first = builder.Build();
        builder.TryAppend(9, null, Bytes("second"));
        builder.Reset();
        builder.TryAppend(5, null, Bytes("first"));
        byte[] again = builder.Build();
        Assert.That(again, Is.EqualTo(first));
        Assert.That(again, Is.Not.SameAs(first));
        Assert.That(builder.IsEmpty, Is.True);
    }

    [Test]
    public void An_empty_batch_is_not_built() =>
        Assert.That(() => new RecordBatchBuilder(100).Build(), Throws.InvalidOperationException);

    [Test]
    public void The_upper_bound_of_a_batch_is_not_passed()
    {
        RecordHeader[] headers = [new("key", new byte[300])];
        var builder = new RecordBatchBuilder(100);
        builder.TryAppend(long.MaxValue, new byte[200], new byte[20_000], headers);
        long bound = RecordBatchBuilder.UpperBoundOfBatch(new byte[200], new byte[20_000], headers);
        Assert.That(builder.SizeInBytes, Is.LessThanOrEqualTo(bound));
        Assert.That(builder.SizeInBytes, Is.GreaterThan(bound - 50));
    }

    private static RecordView[] ToArray(RecordBatch batch)
    {
        var records = new List<RecordView>();
        foreach (RecordView record in batch.Records()) records.Add(record);
        return [.. records];
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string? Text(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } present ? Encoding.UTF8.GetString(present.Span) : null;
}
