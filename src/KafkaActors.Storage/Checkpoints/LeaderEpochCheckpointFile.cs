using System.Globalization;
using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Checkpoints;

/// <summary>A log's <see cref="LeaderEpochHistory"/>, each line <c>epoch startOffset</c>.</summary>
internal sealed class LeaderEpochCheckpointFile(IFileSystem files, string path)
{
    private const int Fields = 2;

    public bool Exists => files.FileExists(path);

    /// <summary>Null when the file is absent or broken: the history is then rebuilt from the batches.</summary>
    public LeaderEpochHistory? Read()
    {
        if (CheckpointText.Read(files, path, Fields) is not { } lines) return null;
        var entries = new List<LeaderEpochStart>(lines.Count);
        foreach (string[] line in lines)
        {
            bool valid = int.TryParse(line[0], NumberStyles.None, CultureInfo.InvariantCulture, out int epoch);
            valid &= long.TryParse(line[1], NumberStyles.None, CultureInfo.InvariantCulture, out long offset);
            if (!valid) return null;
            entries.Add(new LeaderEpochStart(new LeaderEpoch(epoch), offset));
        }
        return LeaderEpochHistory.FromEntries(entries);
    }

    /// <summary>Brings the file as it stands to the disk; its directory has to follow.</summary>
    public void Flush()
    {
        if (!files.FileExists(path)) return;
        using ILogFile file = files.Open(path);
        file.Flush();
    }

    public void Write(LeaderEpochHistory history)
    {
        string[] lines = [.. history.Entries.Select(entry => string.Create(
            CultureInfo.InvariantCulture, $"{entry.Epoch.Value} {entry.StartOffset}"))];
        CheckpointText.Write(files, path, lines, durable: false);
    }
}
