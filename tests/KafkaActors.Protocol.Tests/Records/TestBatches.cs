using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Tests.Goldens;

namespace KafkaActors.Protocol.Tests.Records;

/// <summary>Batches and records in the shapes that the tests of this folder compare.</summary>
internal static class TestBatches
{
    public static RecordBatch Read(ReadOnlyMemory<byte> bytes)
    {
        Assert.That(RecordBatch.TryRead(bytes, out RecordBatch batch), Is.True);
        Assert.That(batch.SizeInBytes, Is.EqualTo(bytes.Length));
        return batch;
    }

    /// <summary>One batch of the golden's records by our builder.</summary>
    public static byte[] Build(GoldenBatch golden)
    {
        var builder = new RecordBatchBuilder(1 << 24, golden.CodecNumber);
        foreach (GoldenRecord record in golden.Records)
        {
            RecordHeader[] headers = [.. record.Headers.Select(h => new RecordHeader(h.Key, Field(h.Value)))];
            bool appended = builder.TryAppend(record.Timestamp, Field(record.Key), Field(record.WholeValue), headers);
            Assert.That(appended, Is.True);
        }

        return builder.Build(golden.Producer, golden.IsTransactional);
    }

    /// <summary>Every byte of every record, so that two ways of reading can be compared by one assertion.</summary>
    public static string[] Describe(RecordBatch batch)
    {
        var lines = new List<string>();
        foreach (RecordView record in batch.Records())
        {
            IEnumerable<string> headers = record.Headers.ToArray().Select(h => $"{h.Key}={Hex(h.Value)}");
            lines.Add(Line(record.Offset, record.TimestampMs, Hex(record.Key), Hex(record.Value), headers));
        }

        return [.. lines];
    }

    public static string[] Describe(IEnumerable<GoldenRecord> records) =>
    [
        .. records.Select((record, offset) => Line(
            offset,
            record.Timestamp,
            Hex(Field(record.Key)),
            Hex(Field(record.WholeValue)),
            record.Headers.Select(h => $"{h.Key}={Hex(Field(h.Value))}"))),
    ];

    public static byte[] Simple(int records, CompressionType codec = CompressionType.None, long timestampMs = 1_000)
    {
        var builder = new RecordBatchBuilder(1 << 20, codec);
        for (int index = 0; index < records; index++)
            builder.TryAppend(timestampMs + index, new byte[] { 1, 2 }, new byte[20 + index]);
        return builder.Build();
    }

    public static ReadOnlyMemory<byte>? Field(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : bytes;

    private static string Line(long offset, long timestamp, string key, string value, IEnumerable<string> headers) =>
        $"{offset} @{timestamp} {key} {value} [{string.Join(' ', headers)}]";

    private static string Hex(ReadOnlyMemory<byte>? bytes) =>
        bytes is { } present ? Convert.ToHexString(present.Span) : "null";
}
