using System.Globalization;
using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator.Definitions;

/// <summary>Turns a declared default into the C# expression of it; null when the type cannot hold it.</summary>
internal static class DefaultParser
{
    public static string? Parse(string text, ScalarType type) => type.Name switch
    {
        "bool" => text is "true" or "false" ? text : null,
        "string" => text.Length >= 2 && text[0] == '"' && text[text.Length - 1] == '"' ? text : null,
        "int8" => Integer(text, sbyte.MinValue, sbyte.MaxValue),
        "int16" => Integer(text, short.MinValue, short.MaxValue),
        "uint16" => Integer(text, ushort.MinValue, ushort.MaxValue),
        "int32" => Integer(text, int.MinValue, int.MaxValue),
        "uint32" => Integer(text, uint.MinValue, uint.MaxValue),
        "int64" => Integer(text, long.MinValue, long.MaxValue),
        "float64" => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _) ? text + "d" : null,
        "error" => Wrap("(ErrorCode)(", Integer(text, short.MinValue, short.MaxValue)),
        "nodeId" => Wrap("new NodeId(", Integer(text, int.MinValue, int.MaxValue)),
        "leaderEpoch" => Wrap("new LeaderEpoch(", Integer(text, int.MinValue, int.MaxValue)),
        _ => null,
    };

    private static string? Wrap(string start, string? inner) => inner is null ? null : start + inner + ")";

    private static string? Integer(string text, long least, long most)
    {
        bool isHex = text.StartsWith("0x", StringComparison.Ordinal);
        string digits = isHex ? text.Substring(2) : text;
        NumberStyles style = isHex ? NumberStyles.AllowHexSpecifier : NumberStyles.AllowLeadingSign;
        bool parsed = long.TryParse(digits, style, CultureInfo.InvariantCulture, out long value);
        return parsed && value >= least && value <= most ? value.ToString(CultureInfo.InvariantCulture) : null;
    }
}
