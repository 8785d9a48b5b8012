using System.Text;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Configs;

/// <summary>
/// Reads <c>--add-config k1=v1,k2=[v1,v2],k3=v3</c>: brackets hold together a value that has commas, and go.
/// </summary>
internal static class ConfigAssignments
{
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var assignments = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string part in SplitOutsideBrackets(text))
        {
            int equals = part.IndexOf('=');
            if (equals < 1)
            {
                throw ToolException.Usage(
                    $"'{part}' is not KEY=VALUE; a value with commas stands in brackets, k=[a,b].");
            }

            assignments[part[..equals].Trim()] = Unbracketed(part[(equals + 1)..].Trim());
        }

        return assignments;
    }

    private static string Unbracketed(string value) =>
        value.StartsWith('[') && value.EndsWith(']') ? value[1..^1] : value;

    private static List<string> SplitOutsideBrackets(string text)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        int depth = 0;
        foreach (char c in text)
        {
            if (c == '[') depth++;
            if (c == ']') depth--;
            if (c == ',' && depth == 0)
            {
                parts.Add(part.ToString().Trim());
                part.Clear();
            }
            else
            {
                part.Append(c);
            }
        }

        parts.Add(part.ToString().Trim());
        parts.RemoveAll(p => p.Length == 0);
        return parts;
    }
}
