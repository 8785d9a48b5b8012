using System.Globalization;
using System.Text.RegularExpressions;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;

namespace KafkaActors.Cli.Offsets;

/// <summary>
/// Reads <c>--topic-partitions</c>: <c>topic</c>, <c>topic:3</c>, <c>topic:1-4</c> (4 exclusive), <c>topic:2-</c>,
/// <c>topic:-4</c>, <c>:5</c>, separated by commas; the topic is a regular expression.
/// </summary>
internal sealed partial record PartitionSelection(TopicPattern? Topic, int First, int EndExclusive)
{
    public static IReadOnlyList<PartitionSelection> ParseList(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse)];

    public bool Contains(string topic, int partition) =>
        (Topic is null || Topic.Matches(topic)) && partition >= First && partition < EndExclusive;

    private static PartitionSelection Parse(string text)
    {
        Match match = Form().Match(text);
        if (!match.Success)
            throw ToolException.Usage($"'{text}' is no selection of partitions, as in topic, topic:3 or topic:1-4.");
        TopicPattern? topic = match.Groups["topic"].Length > 0 ? TopicPattern.Parse(match.Groups["topic"].Value) : null;
        if (Number(match, "one") is { } one) return new PartitionSelection(topic, one, one + 1);
        return new PartitionSelection(topic, Number(match, "first") ?? 0, Number(match, "end") ?? int.MaxValue);
    }

    private static int? Number(Match match, string group) =>
        match.Groups[group].Length > 0 ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex(@"^(?<topic>[^:,]*)(:((?<one>\d{1,9})|(?<first>\d{0,9})-(?<end>\d{0,9})))?$")]
    private static partial Regex Form();
}
