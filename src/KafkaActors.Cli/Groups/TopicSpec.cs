using System.Globalization;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Groups;

/// <summary>What <c>--topic</c> names: a topic, or some of its partitions as in <c>orders:0,1</c>.</summary>
/// <param name="Partitions">Null for all.</param>
internal sealed record TopicSpec(string Topic, IReadOnlyList<int>? Partitions)
{
    /// <exception cref="ToolException">It reads as neither.</exception>
    public static TopicSpec Parse(string text)
    {
        int colon = text.IndexOf(':');
        if (colon < 0 && text.Length > 0) return new TopicSpec(text, null);
        if (colon < 1) throw Unreadable(text);
        return new TopicSpec(text[..colon], [.. text[(colon + 1)..].Split(',').Select(Number).Distinct()]);

        int Number(string part) =>
            int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw Unreadable(text);
    }

    private static ToolException Unreadable(string text) =>
        ToolException.Usage($"'{text}' is no topic: --topic takes NAME, or NAME:N,N for some of its partitions.");
}
