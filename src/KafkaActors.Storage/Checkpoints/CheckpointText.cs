using System.Globalization;
using System.Text;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Checkpoints;

/// <summary>
/// The text form of Kafka's checkpoint files:
/// <code>
/// line 1      version, 0
/// line 2      number of entries
/// then        one entry a line, its fields separated by one space
/// </code>
/// </summary>
internal static class CheckpointText
{
    private const char Version = '0';

    /// <summary>The entries' fields; null when the file is absent or is not of this form.</summary>
    public static List<string[]>? Read(IFileSystem files, string path, int fields)
    {
        if (WholeFile.Read(files, path) is not { } bytes) return null;
        string text = Encoding.UTF8.GetString(bytes);
        // A file torn within its last line looks whole but for the line's end.
        if (!text.EndsWith('\n')) return null;
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 2 || lines[0] != "0") return null;
        if (!int.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count)) return null;
        if (count != lines.Length - 2) return null;
        var entries = new List<string[]>(count);
        foreach (string line in lines.AsSpan(2))
        {
            string[] entry = line.Split(' ');
            if (entry.Length != fields) return null;
            entries.Add(entry);
        }
        return entries;
    }

    public static void Write(IFileSystem files, string path, IReadOnlyCollection<string> entries, bool durable)
    {
        var text = new StringBuilder();
        text.Append(Version).Append('\n');
        text.Append(entries.Count.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (string entry in entries) text.Append(entry).Append('\n');
        WholeFile.WriteText(files, path, text.ToString(), durable);
    }
}
