using System.Text.Json;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Offsets;

/// <summary>
/// Reads the file of <c>delete-records</c>, Kafka's own:
/// <c>{"partitions": [{"topic": "t", "partition": 0, "offset": 5}], "version": 1}</c>. Offset -1 is the high watermark.
/// </summary>
internal static class RecordsToDeleteFile
{
    public static IReadOnlyDictionary<TopicPartition, long> Read(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            if (root.TryGetProperty("version", out JsonElement version) && version.GetInt32() != 1)
                throw new ToolException($"'{path}' has version {version}; only version 1 is known.");
            var offsets = new Dictionary<TopicPartition, long>();
            foreach (JsonElement entry in root.GetProperty("partitions").EnumerateArray()) Add(path, entry, offsets);
            return offsets.Count > 0 ? offsets : throw new ToolException($"'{path}' names no partition.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            throw new ToolException(
                $"'{path}' is not as expected, {{\"partitions\":[{{\"topic\":\"t\",\"partition\":0,\"offset\":5}}],"
                + $"\"version\":1}}: {e.Message}");
        }
    }

    private static void Add(string path, JsonElement entry, Dictionary<TopicPartition, long> offsets)
    {
        string topic = entry.GetProperty("topic").GetString() ?? throw new FormatException("a topic is null.");
        var partition = new TopicPartition(topic, entry.GetProperty("partition").GetInt32());
        if (!offsets.TryAdd(partition, entry.GetProperty("offset").GetInt64()))
            throw new ToolException($"'{path}' names {partition} twice.");
    }
}
