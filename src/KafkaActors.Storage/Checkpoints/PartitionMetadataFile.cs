using System.Text;
using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Checkpoints;

/// <summary>
/// Whose partition a directory holds (KIP-516):
/// <code>
/// version: 0
/// topic_id: 22 characters of URL-safe base64
/// crc: of the lines before, see ChecksumLine; Kafka reads the first two
/// </code>
/// </summary>
internal static class PartitionMetadataFile
{
    private const string Version = "version: 0";
    private const string TopicIdKey = "topic_id: ";
    private const string CrcKey = "crc: ";

    /// <summary>The topic id; null when the file is absent or is not of this form.</summary>
    public static TopicId? Read(IFileSystem files, string path)
    {
        if (WholeFile.Read(files, path) is not { } bytes || !ChecksumLine.Holds(bytes, CrcKey)) return null;
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines is not [Version, var second, ..]) return null;
        if (!second.StartsWith(TopicIdKey, StringComparison.Ordinal)) return null;
        return TopicId.TryParse(second[TopicIdKey.Length..].Trim(), out TopicId topicId) ? topicId : null;
    }

    public static void Write(IFileSystem files, string path, TopicId topicId) =>
        WholeFile.WriteText(
            files, path, ChecksumLine.Seal($"{Version}\n{TopicIdKey}{topicId}\n", CrcKey), durable: true);
}
