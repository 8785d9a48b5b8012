using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Checkpoints;

/// <summary>
/// Whose partition a directory holds (KIP-516):
/// <code>
/// version: 0
/// topic_id: 22 characters of URL-safe base64
/// </code>
/// </summary>
internal static class PartitionMetadataFile
{
    private const string Version = "version: 0";
    private const string TopicIdKey = "topic_id: ";

    /// <summary>The topic id; null when the file is absent or is not of this form.</summary>
    public static TopicId? Read(IFileSystem files, string path)
    {
        string[]? lines = WholeFile.ReadLines(files, path);
        if (lines is not [Version, var second, ..]) return null;
        if (!second.StartsWith(TopicIdKey, StringComparison.Ordinal)) return null;
        return TopicId.TryParse(second[TopicIdKey.Length..].Trim(), out TopicId topicId) ? topicId : null;
    }

    public static void Write(IFileSystem files, string path, TopicId topicId) =>
        WholeFile.WriteText(files, path, $"{Version}\n{TopicIdKey}{topicId}\n", durable: true);
}
