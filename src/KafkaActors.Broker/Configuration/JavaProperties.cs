using System.Text;

namespace KafkaActors.Broker.Configuration;

/// <summary>Reads the lines of a Java properties file: the last value of a key counts. Pure.</summary>
internal static class JavaProperties
{
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string line in LogicalLines(text))
        {
            int end = 0;
            while (end < line.Length && !(line[end] is '=' or ':' || char.IsWhiteSpace(line[end])))
                end += line[end] == '\\' ? 2 : 1;
            end = Math.Min(end, line.Length);
            string rest = line[end..].TrimStart();
            if (rest.Length > 0 && rest[0] is '=' or ':') rest = rest[1..].TrimStart();
            properties[Unescaped(line[..end])] = Unescaped(rest).Trim();
        }

        return properties;
    }

    // A line that ends in a backslash goes on in the next one.
    private static IEnumerable<string> LogicalLines(string text)
    {
        var whole = new StringBuilder();
        foreach (string line in text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimStart()))
        {
            if (whole.Length == 0 && (line.Length == 0 || line[0] is '#' or '!')) continue;
            bool goesOn = line.Length - line.TrimEnd('\\').Length is var slashes && slashes % 2 == 1;
            whole.Append(goesOn ? line[..^1] : line);
            if (goesOn) continue;
            yield return whole.ToString();
            whole.Clear();
        }

        if (whole.Length > 0) yield return whole.ToString();
    }

    private static string Unescaped(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var plain = new StringBuilder(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] != '\\' || at + 1 == text.Length)
            {
                plain.Append(text[at]);
                continue;
            }

            char escaped = text[++at];
            plain.Append(escaped switch { 't' => '\t', 'n' => '\n', 'r' => '\r', 'f' => '\f', _ => escaped });
        }

        return plain.ToString();
    }
}
