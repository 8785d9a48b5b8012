using System.Buffers;
using System.Text;
using KafkaActors.Cli.Consuming;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Tests.Consuming;

internal sealed class RecordFormatterTests
{
    private static readonly ConsoleRecord Record = new(
        Partition: 3,
        Offset: 42,
        TimestampMs: 1700000000123,
        TimestampType.CreateTime,
        Key: "k"u8.ToArray(),
        Value: "v"u8.ToArray(),
        Headers: [new RecordHeader("h", "1"u8.ToArray()), new RecordHeader("n", null)]);

    [Test]
    public void By_default_a_record_is_its_value_and_a_line_feed()
    {
        Assert.That(Write(Record), Is.EqualTo("v\n"));
    }

    [Test]
    public void Everything_comes_in_the_order_of_the_tool_that_people_know()
    {
        string line = Write(
            Record,
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
        ConsoleRecord empty = Record with { Key = null, Value = null, Headers = [] };

        Assert.That(
            Write(empty, "print.key=true", "print.headers=true"), Is.EqualTo("NO_HEADERS\tnull\tnull\n"));
    }

    [Test]
    public void Bytes_are_written_unchanged()
    {
        byte[] value = [0xff, 0x00, 0x0d, 0xc3, 0x28];
        var output = new ArrayBufferWriter<byte>();
        new RecordFormatter(new RecordFormat()).Write(Record with { Value = value }, output);

        Assert.That(output.WrittenSpan[..^1].ToArray(), Is.EqualTo(value));
    }

    [Test]
    public void An_unknown_property_is_named()
    {
        Assert.That(
            () => Write(Record, "print.everything=true"),
            Throws.TypeOf<ToolException>().With.Message.Contains("print.everything"));
    }

    private static string Write(in ConsoleRecord record, params string[] properties)
    {
        var pairs = properties.ToDictionary(text => text.Split('=')[0], text => text.Split('=', 2)[1]);
        var output = new ArrayBufferWriter<byte>();
        new RecordFormatter(RecordFormat.From("--property", pairs)).Write(record, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
