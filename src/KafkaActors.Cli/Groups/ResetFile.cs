using System.Globalization;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Groups;

/// <summary>
/// Offsets to go back to, as <c>--export</c> prints them and <c>--from-file</c> reads them:
/// <c>topic,partition,offset</c> a line for one group, <c>group,topic,partition,offset</c> for several.
/// </summary>
internal static class ResetFile
{
    private const int ColumnsOfOneGroup = 3;

    /// <param name="group">Whose the lines without a group are; null when several groups are meant.</param>
    /// <returns>The offsets of each group.</returns>
    /// <exception cref="ToolException">A line is something else, or names a partition again.</exception>
    public static IReadOnlyDictionary<string, Dictionary<TopicPartition, long>> Parse(
        IEnumerable<string> lines, string? group)
    {
        var offsets = new Dictionary<string, Dictionary<TopicPartition, long>>(StringComparer.Ordinal);
        foreach (string line in lines.Select(line => line.Trim()).Where(line => line.Length > 0))
        {
            string[] cells = [.. line.Split(',').Select(cell => cell.Trim().Trim('"'))];
            string? owner = cells.Length == ColumnsOfOneGroup ? group : cells[0];
            string[] rest = cells.Length == ColumnsOfOneGroup ? cells : cells[1..];
            if (owner is null
                || rest is not [{ Length: > 0 } topic, var partitionText, var offsetText]
                || !int.TryParse(partitionText, NumberStyles.None, CultureInfo.InvariantCulture, out int partition)
                || !long.TryParse(offsetText, NumberStyles.None, CultureInfo.InvariantCulture, out long offset))
            {
                throw Unreadable(line, group);
            }

            if (!offsets.TryGetValue(owner, out Dictionary<TopicPartition, long>? own)) offsets[owner] = own = [];
            if (!own.TryAdd(new TopicPartition(topic, partition), offset))
                throw ToolException.Usage($"'{line}' names a partition that another line names too.");
        }

        return offsets;
    }

    public static IEnumerable<string> Lines(IReadOnlyList<NewOffset> offsets, bool isOneGroup) =>
        offsets.Select(row => string.Create(
            CultureInfo.InvariantCulture,
            $"{(isOneGroup ? "" : row.Group + ",")}{row.Topic},{row.Partition},{row.Offset}"));

    private static ToolException Unreadable(string line, string? group) => ToolException.Usage(
        $"'{line}' is no offset to reset to: a line reads as "
        + (group is null ? "group,topic,partition,offset." : "topic,partition,offset."));
}
