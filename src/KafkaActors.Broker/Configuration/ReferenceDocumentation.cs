namespace KafkaActors.Broker.Configuration;

/// <summary>
/// The reasons of the settings, as they stand in the comments of the embedded <c>hocon/reference</c>: those before a
/// key, or before the first of several keys without a blank line between them.
/// </summary>
internal static class ReferenceDocumentation
{
    private static readonly Lazy<Dictionary<string, string>> Texts = new(() =>
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in ReferenceConfig.SettingFiles) Read(ReferenceConfig.Text(name), texts);
        return texts;
    });

    /// <param name="path">Relative to <c>kafka-actors</c>.</param>
    public static string Of(string path) => Texts.Value.GetValueOrDefault($"{SettingsTree.Root}.{path}", "");

    // The files keep to one key, one opening or one closing brace a line.
    private static void Read(string text, Dictionary<string, string> texts)
    {
        var sections = new Stack<string>();
        var comment = new List<string>();
        bool isOpen = false;
        foreach (string line in text.Split('\n').Select(line => line.Trim()))
        {
            if (line.StartsWith('#'))
            {
                if (!isOpen) comment.Clear();
                isOpen = true;
                if (!line.StartsWith("# ---", StringComparison.Ordinal)) comment.Add(line[1..].Trim());
                continue;
            }

            isOpen = false;
            if (line.Length == 0) comment.Clear();
            else if (line == "}") sections.Pop();
            else if (line.EndsWith('{')) sections.Push(line[..^1].Trim());
            else if (line.IndexOf('=', StringComparison.Ordinal) is > 0 and int equals)
                texts[string.Join('.', [.. sections.Reverse(), line[..equals].Trim()])] = string.Join(' ', comment);
        }
    }
}
