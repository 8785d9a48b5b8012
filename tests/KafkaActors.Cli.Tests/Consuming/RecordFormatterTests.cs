using System.Buffers;
using System.Text;
using KafkaActors.Cli.Consuming;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Tests.Consuming;

internal sealed class RecordFormatterTests
{
    private static readonly RecordHeader[] Headers =
        [new RecordHeader("h", "1"u8.ToArray()), new RecordHeader("n", default(ReadOnlyMemory<byte>?))];

    private static readonly RecordView Full = Record("k"u8.ToArray(), "v"u8.ToArray(), Headers);

    [Test]
    public void By_default_a_record_is_its_value_and_a_line_feed()
    {
        Assert.That(Write(Full), Is.EqualTo("v\n"));
    }

    [Test]
    public void Everything_comes_in_the_order_of_the_tool_that_people_know()
    {
        string line = Write(
            Full,
            "print.timestamp=true",
            "print.partition=true",
            "print.offset=true",
            "print.headers=true",
            "print.key=true",
            "key.separator=|",
            "null.literal=-");

        Assert.That(line, Is.EqualTo("CreateTime:1700000000123|Partition:3|Offset:42|h:1,n:-|k|v\n"));
    }

    [Test]
    public void What_is_missing_has_words_of_its_own()
    {
        RecordView empty = Record(default(ReadOnlyMemory<byte>?), default(ReadOnlyMemory<byte>?), []);

        Assert.That(
            Write(empty, "print.key=true", "print.headers=true"), Is.EqualTo("NO_HEADERS\tnull\tnull\n"));
    }

    [Test]
    public void Bytes_are_written_unchanged()
    {
        byte[] value = [0xff, 0x00, 0x0d, 0xc3, 0x28];
        var output = new ArrayBufferWriter<byte>();
        RecordView record = Record(default(ReadOnlyMemory<byte>?), value, []);
        new RecordFormatter(new RecordFormat()).Write(0, TimestampType.CreateTime, record, output);

        Assert.That(output.WrittenSpan[..^1].ToArray(), Is.EqualTo(value));
    }

    [Test]
    public void An_unknown_property_is_named()
    {
        Assert.That(
            () => Write(Full, "print.everything=true"),
            Throws.TypeOf<ToolException>().With.Message.Contains("print.everything"));
    }

    private static string Write(in RecordView record, params string[] properties)
    {
        var pairs = properties.ToDictionary(text => text.Split('=')[0], text => text.Split('=', 2)[1]);
        var output = new ArrayBufferWriter<byte>();
        new RecordFormatter(RecordFormat.From("--property", pairs))
            .Write(3, TimestampType.CreateTime, record, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static RecordView Record(
        ReadOnlyMemory<byte>? key, ReadOnlyMemory<byte>? value, ReadOnlySpan<RecordHeader> headers)
    {
        var builder = new RecordBatchBuilder(1 << 20);
        builder.TryAppend(1700000000123, key, value, headers);
        byte[] bytes = builder.Build();
        RecordBatchPatcher.AssignOffsets(bytes, 42, new LeaderEpoch(0));
        RecordBatch.TryRead(bytes, out RecordBatch batch);
        RecordEnumerator records = new(batch);
        records.MoveNext();
        return records.Current;
    }
}
