using System.Text;
using KafkaActors.Cli.Options;

namespace KafkaActors.Cli.Producing;

/// <summary>
/// How a line is read as a record: <c>headers TAB key TAB value</c>, each part only if asked for. The names and
/// defaults are those of Kafka's console producer.
/// </summary>
internal sealed record LineFormat
{
    public const string Option = "--property";

    public bool ParseKey { get; init; }

    public bool ParseHeaders { get; init; }

    public byte[] KeySeparator { get; init; } = "\t"u8.ToArray();

    public byte[] HeadersDelimiter { get; init; } = "\t"u8.ToArray();

    public byte[] HeadersSeparator { get; init; } = ","u8.ToArray();

    public byte[] HeaderKeySeparator { get; init; } = ":"u8.ToArray();

    /// <summary>A key, value or header value of exactly these bytes is null. Null: there is no such marker.</summary>
    public byte[]? NullMarker { get; init; }

    /// <summary>A line without the expected separator is a value as it stands, instead of an error.</summary>
    public bool IgnoreError { get; init; }

    public static LineFormat From(IReadOnlyDictionary<string, string> properties)
    {
        var bag = new PropertyBag(Option, properties);
        var format = new LineFormat
        {
            ParseKey = bag.Flag("parse.key", false),
            ParseHeaders = bag.Flag("parse.headers", false),
            KeySeparator = Separator(bag, "key.separator", "\t"),
            HeadersDelimiter = Separator(bag, "headers.delimiter", "\t"),
            HeadersSeparator = Separator(bag, "headers.separator", ","),
            HeaderKeySeparator = Separator(bag, "headers.key.separator", ":"),
            NullMarker = bag.Text("null.marker") is { } marker ? Encoding.UTF8.GetBytes(marker) : null,
            IgnoreError = bag.Flag("ignore.error", false),
        };
        bag.RefuseUnknown();
        return format;
    }

    private static byte[] Separator(PropertyBag bag, string key, string absent)
    {
        string text = Escapes.Resolve(bag.Text(key, absent));
        if (text.Length == 0) throw Invocation.ToolException.Usage($"{key} of {Option} must not be empty.");
        return Encoding.UTF8.GetBytes(text);
    }
}
