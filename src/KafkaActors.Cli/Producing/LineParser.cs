using System.Text;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Producing;

/// <summary>Reads lines as records in the order given, and counts them so that an error can name the line.</summary>
internal sealed class LineParser(LineFormat format)
{
    private long _lineNumber;

    /// <exception cref="ToolException">A separator is missing and the format does not ignore errors.</exception>
    public LineRecord Parse(ReadOnlyMemory<byte> line)
    {
        _lineNumber++;
        ReadOnlyMemory<byte> rest = line;
        IReadOnlyList<RecordHeader> headers = [];
        if (format.ParseHeaders && TryTake(ref rest, format.HeadersDelimiter, "headers.delimiter", out var headerPart))
            headers = ParseHeaders(headerPart);
        ReadOnlyMemory<byte>? key = null;
        if (format.ParseKey && TryTake(ref rest, format.KeySeparator, "key.separator", out var keyPart))
            key = NullIfMarked(keyPart);
        return new LineRecord(key, NullIfMarked(rest), headers);
    }

    private bool TryTake(
        ref ReadOnlyMemory<byte> rest, byte[] separator, string property, out ReadOnlyMemory<byte> part)
    {
        int position = rest.Span.IndexOf(separator);
        part = position < 0 ? default : rest[..position];
        if (position >= 0) rest = rest[(position + separator.Length)..];
        if (position >= 0 || format.IgnoreError) return position >= 0;
        throw new ToolException(
            $"line {_lineNumber} has no {property} '{Encoding.UTF8.GetString(separator)}'; "
            + $"set it with {LineFormat.Option} {property}=..., or {LineFormat.Option} ignore.error=true.");
    }

    private List<RecordHeader> ParseHeaders(ReadOnlyMemory<byte> part)
    {
        var headers = new List<RecordHeader>();
        if (part.IsEmpty || NullIfMarked(part) is null) return headers;
        for (bool more = true; more;)
        {
            int end = part.Span.IndexOf(format.HeadersSeparator);
            more = end >= 0;
            headers.Add(ParseHeader(more ? part[..end] : part));
            if (more) part = part[(end + format.HeadersSeparator.Length)..];
        }

        return headers;
    }

    private RecordHeader ParseHeader(ReadOnlyMemory<byte> text)
    {
        int separator = text.Span.IndexOf(format.HeaderKeySeparator);
        if (separator < 0 && !format.IgnoreError)
        {
            throw new ToolException(
                $"line {_lineNumber} has a header without headers.key.separator "
                + $"'{Encoding.UTF8.GetString(format.HeaderKeySeparator)}'.");
        }

        string key = Encoding.UTF8.GetString((separator < 0 ? text : text[..separator]).Span);
        return separator < 0
            ? new RecordHeader(key, null)
            : new RecordHeader(key, NullIfMarked(text[(separator + format.HeaderKeySeparator.Length)..]));
    }

    // A bare null beside a memory would be taken for a null array, and that for an empty memory.
    private ReadOnlyMemory<byte>? NullIfMarked(ReadOnlyMemory<byte> bytes) =>
        format.NullMarker is { } marker && bytes.Span.SequenceEqual(marker) ? default(ReadOnlyMemory<byte>?) : bytes;
}
