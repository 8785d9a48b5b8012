using System.Globalization;
using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator.Definitions;

/// <summary>Reads a whole definition file: its head, then the bodies.</summary>
internal static class SchemaParser
{
    public static Schema Parse(string text)
    {
        var lines = new DefinitionLines(text);
        SchemaHeader header = ParseHeader(lines);
        List<MessageDefinition> messages = [];
        if (header.ApiKey is null)
        {
            messages.Add(ParseMessage(lines, header, "fields", header.Name, MessageKind.Record));
        }
        else
        {
            messages.Add(ParseMessage(lines, header, "request", header.Name + "Request", MessageKind.Request));
            messages.Add(ParseMessage(lines, header, "response", header.Name + "Response", MessageKind.Response));
        }

        if (lines.Peek() is { } rest) throw new DefinitionException(rest.Number, $"'{rest.Text}' is not expected here");
        return new Schema(header, messages);
    }

    private static SchemaHeader ParseHeader(DefinitionLines lines)
    {
        DefinitionLine first = lines.Take("'api <key> <Name>' or 'record <Name>'");
        (int? key, string name) = ParseName(first);
        VersionRange versions = ParseRange(lines.Take("'versions <range>'"), "versions");
        if (versions.High == VersionRange.Open)
            throw new DefinitionException(first.Number, "'versions' needs a highest version");
        VersionRange? advertised = null, flexible = null;
        while (lines.Peek() is { } line && line.Text.Contains(" "))
        {
            lines.Take("");
            bool advertises = line.Text.StartsWith("advertise ", StringComparison.Ordinal);
            if (advertises) advertised = ParseRange(line, "advertise");
            else flexible = ParseRange(line, "flexible");
        }

        int flexibleFrom = flexible?.Low ?? SchemaHeader.Never;
        return new SchemaHeader(name, key, first.Comment, versions, advertised ?? versions, flexibleFrom);
    }

    private static (int? Key, string Name) ParseName(DefinitionLine line)
    {
        string[] words = line.Text.Split(' ');
        string name = words[words.Length - 1];
        if (words.Length == 2 && words[0] == "record" && FieldParser.IsName(name)) return (null, name);
        if (words.Length == 3 && words[0] == "api" && FieldParser.IsName(name)
            && short.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out short key))
            return (key, name);
        throw new DefinitionException(line.Number, "a file starts with 'api <key> <Name>' or 'record <Name>'");
    }

    private static VersionRange ParseRange(DefinitionLine line, string keyword)
    {
        string[] words = line.Text.Split(' ');
        if (words.Length == 2 && words[0] == keyword && VersionRange.TryParse(words[1], out VersionRange range))
            return range;
        throw new DefinitionException(line.Number, $"expected '{keyword} N-M', found '{line.Text}'");
    }

    private static MessageDefinition ParseMessage(
        DefinitionLines lines, SchemaHeader header, string keyword, string name, MessageKind kind)
    {
        DefinitionLine line = lines.Take($"'{keyword}'");
        if (line.Text != keyword || line.Level != 0)
            throw new DefinitionException(line.Number, $"expected '{keyword}', found '{line.Text}'");
        var body = new BodyParser(lines, header);
        StructDefinition root = body.Parse(name, header.Summary);
        return new MessageDefinition(kind, root, body.Structs, header);
    }
}
