namespace KafkaActors.Cli.Options;

/// <summary>Resolves <c>\t</c>, <c>\n</c>, <c>\r</c> and <c>\\</c>: shells make a tab hard to type.</summary>
internal static class Escapes
{
    public static string Resolve(string text) =>
        text.Contains('\\')
            ? text.Replace(@"\\", "\0", StringComparison.Ordinal)
                .Replace(@"\t", "\t", StringComparison.Ordinal)
                .Replace(@"\n", "\n", StringComparison.Ordinal)
                .Replace(@"\r", "\r", StringComparison.Ordinal)
                .Replace("\0", "\\", StringComparison.Ordinal)
            : text;
}
