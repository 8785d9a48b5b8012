using System.Text;
using KafkaActors.Cli.Options;

namespace KafkaActors.Cli.Consuming;

/// <summary>What the console consumer prints of a record; names and defaults are those of Kafka's formatter.</summary>
internal sealed record RecordFormat
{
    public bool PrintTimestamp { get; init; }

    public bool PrintKey { get; init; }

    public bool PrintValue { get; init; } = true;

    public bool PrintOffset { get; init; }

    public bool PrintPartition { get; init; }

    public bool PrintHeaders { get; init; }

    public byte[] KeySeparator { get; init; } = "\t"u8.ToArray();

    public byte[] LineSeparator { get; init; } = "\n"u8.ToArray();

    public byte[] HeadersSeparator { get; init; } = ","u8.ToArray();

    public byte[] NullLiteral { get; init; } = "null"u8.ToArray();

    public static RecordFormat From(string option, IReadOnlyDictionary<string, string> properties)
    {
        var bag = new PropertyBag(option, properties);
        var format = new RecordFormat
        {
            PrintTimestamp = bag.Flag("print.timestamp", false),
            PrintKey = bag.Flag("print.key", false),
            PrintValue = bag.Flag("print.value", true),
            PrintOffset = bag.Flag("print.offset", false),
            PrintPartition = bag.Flag("print.partition", false),
            PrintHeaders = bag.Flag("print.headers", false),
            KeySeparator = Bytes(bag, "key.separator", "\t"),
            LineSeparator = Bytes(bag, "line.separator", "\n"),
            HeadersSeparator = Bytes(bag, "headers.separator", ","),
            NullLiteral = Bytes(bag, "null.literal", "null"),
        };
        bag.RefuseUnknown();
        return format;
    }

    private static byte[] Bytes(PropertyBag bag, string key, string absent) =>
        Encoding.UTF8.GetBytes(Escapes.Resolve(bag.Text(key, absent)));
}
