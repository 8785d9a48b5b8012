using System.Text.Json;

namespace KafkaActors.Protocol.Tests.Goldens;

/// <summary>
/// One line of a file of goldens: the values that another implementation was given, under the protocol's names, and the
/// bytes it made of them in each of some versions.
/// </summary>
public sealed record GoldenMessage(string Message, IReadOnlyList<short> Versions, string Bytes, JsonElement Values)
{
    private static readonly string[] Files =
        ["messages.json", "admin-kafka-python.json", "admin-librdkafka.json", "admin-platformatic.json"];

    public static IReadOnlyList<GoldenMessage> All { get; } =
        [.. Files.SelectMany(GoldenBatch.Load<GoldenMessage>)];

    public byte[] ToArray() => Convert.FromHexString(Bytes);

    /// <summary>The values by path, as a message's dump has them.</summary>
    public Dictionary<string, string> Flatten()
    {
        Dictionary<string, string> values = [];
        AddProperties(values, "", Values);
        return values;
    }

    private static void AddProperties(Dictionary<string, string> values, string path, JsonElement element)
    {
        foreach (JsonProperty property in element.EnumerateObject())
            Add(values, $"{path}/{property.Name}", property.Value);
    }

    private static void Add(Dictionary<string, string> values, string path, JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                values[path] = "there";
                AddProperties(values, path, element);
                break;
            case JsonValueKind.Array:
                values[path] = $"{element.GetArrayLength()} elements";
                int index = 0;
                foreach (JsonElement one in element.EnumerateArray()) Add(values, $"{path}/{index++}", one);
                break;
            case JsonValueKind.Null:
                values[path] = "null";
                break;
            default:
                values[path] = element.ToString();
                break;
        }
    }
}
