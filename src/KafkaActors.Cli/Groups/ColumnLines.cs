namespace KafkaActors.Cli.Groups;

/// <summary>Rows in Kafka's manner: a line each, columns as wide as their widest cell, parted by spaces.</summary>
internal static class ColumnLines
{
    public static IEnumerable<string> Of(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        int[] widths = [.. header.Select((title, column) =>
            rows.Select(row => row[column].Length).Append(title.Length).Max())];
        return rows.Prepend(header).Select(row =>
            string.Join(' ', row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
