using System.Globalization;
using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Checkpoints;

/// <summary>One offset per partition, each line <c>topic partition offset</c>.</summary>
internal sealed class OffsetCheckpointFile(IFileSystem files, string path)
{
    private const int Fields = 3;

    public string Path => path;

    /// <summary>Whether the last read found a file that is none of this form.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>
    /// The offsets; empty when the file is absent or broken, which every reader must be able to live with.
    /// </summary>
    public Dictionary<TopicPartition, long> Read()
    {
        Dictionary<TopicPartition, long>? offsets = Parse(CheckpointText.Read(files, path, Fields));
        IsBroken = offsets is null && files.FileExists(path);
        return offsets ?? [];
    }

    public void Write(IEnumerable<KeyValuePair<TopicPartition, long>> offsets)
    {
        string[] lines = [.. offsets.Select(entry => string.Create(
            CultureInfo.InvariantCulture, $"{entry.Key.Topic} {entry.Key.Partition} {entry.Value}"))];
        CheckpointText.Write(files, path, lines, durable: true);
    }

    private static Dictionary<TopicPartition, long>? Parse(List<string[]>? entries)
    {
        if (entries is null) return null;
        var offsets = new Dictionary<TopicPartition, long>();
        foreach (string[] entry in entries)
        {
            bool valid = int.TryParse(entry[1], NumberStyles.None, CultureInfo.InvariantCulture, out int partition);
            valid &= long.TryParse(entry[2], NumberStyles.None, CultureInfo.InvariantCulture, out long offset);
            if (!valid) return null;
            offsets[new TopicPartition(entry[0], partition)] = offset;
        }
        return offsets;
    }
}
