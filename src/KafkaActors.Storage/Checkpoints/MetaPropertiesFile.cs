using System.Globalization;
using System.Text;
using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Checkpoints;

/// <summary>
/// <c>meta.properties</c>, a Java properties file. Kafka's keys, version 1, and three of our own that Kafka ignores:
/// <code>
/// version=1
/// cluster.id                  absent until the node has joined a cluster
/// node.id
/// directory.id                22 characters of URL-safe base64 (KIP-858)
/// kafka-actors.broker.epoch   the last registration
/// kafka-actors.boot.id        the kernel's boot id when the directory was last used
/// kafka-actors.crc            of the lines before, see ChecksumLine
/// </code>
/// </summary>
internal static class MetaPropertiesFile
{
    private const string Version = "version";
    private const string ClusterId = "cluster.id";
    private const string NodeIdKey = "node.id";
    private const string DirectoryIdKey = "directory.id";
    private const string BrokerEpochKey = "kafka-actors.broker.epoch";
    private const string BootId = "kafka-actors.boot.id";
    private const string CrcKey = "kafka-actors.crc=";

    /// <summary>Null when the file is absent; a <see cref="LogDirectoryException"/> when it cannot be read.</summary>
    public static MetaProperties? Read(IFileSystem files, string path)
    {
        if (WholeFile.Read(files, path) is not { } bytes) return null;
        if (!ChecksumLine.Holds(bytes, CrcKey))
        {
            throw new LogDirectoryException(
                $"{path} does not match its checksum; restore the file, or correct it and take out kafka-actors.crc");
        }
        string[] lines = Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var values = new Dictionary<string, string>();
        foreach (string line in lines)
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (line.StartsWith('#') || equals < 0) continue;
            values[line[..equals].Trim()] = line[(equals + 1)..].Trim();
        }
        if (values.GetValueOrDefault(Version) != "1") throw Unreadable(path, Version);
        if (!int.TryParse(values.GetValueOrDefault(NodeIdKey), CultureInfo.InvariantCulture, out int nodeId))
            throw Unreadable(path, NodeIdKey);
        if (!TopicId.TryParse(values.GetValueOrDefault(DirectoryIdKey) ?? "", out TopicId directoryId))
            throw Unreadable(path, DirectoryIdKey);
        string? epochText = values.GetValueOrDefault(BrokerEpochKey);
        bool hasEpoch = long.TryParse(epochText, CultureInfo.InvariantCulture, out long epoch);
        return new MetaProperties(
            values.GetValueOrDefault(ClusterId),
            new NodeId(nodeId),
            new DirectoryId(directoryId.Value),
            hasEpoch ? new BrokerEpoch(epoch) : BrokerEpoch.None,
            values.GetValueOrDefault(BootId));
    }

    public static void Write(IFileSystem files, string path, MetaProperties meta)
    {
        var text = new StringBuilder();
        Append(text, Version, "1");
        if (meta.ClusterId is not null) Append(text, ClusterId, meta.ClusterId);
        Append(text, NodeIdKey, meta.NodeId.ToString());
        Append(text, DirectoryIdKey, meta.DirectoryId.ToString());
        if (meta.BrokerEpoch != BrokerEpoch.None) Append(text, BrokerEpochKey, meta.BrokerEpoch.ToString());
        if (meta.BootId is not null) Append(text, BootId, meta.BootId);
        WholeFile.WriteText(files, path, ChecksumLine.Seal(text.ToString(), CrcKey), durable: true);
    }

    private static void Append(StringBuilder text, string key, string value) =>
        text.Append(key).Append('=').Append(value).Append('\n');

    private static LogDirectoryException Unreadable(string path, string key) =>
        new($"{path}: no readable {key}; restore the file, or remove the directory to start without its data");
}
