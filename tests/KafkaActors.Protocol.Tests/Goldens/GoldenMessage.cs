using System.Text.Json;
using KafkaActors.Protocol.Tests.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Goldens;

/// <summary>
/// One line of a file of goldens: the message, in a version, that another implementation was given, and the bytes it
/// made of it.
/// </summary>
public sealed record GoldenMessage(string Message, short Version, JsonElement Values, string Bytes)
{
    private static readonly string[] Files =
        ["admin-kafka-python.json", "admin-librdkafka.json", "admin-platformatic.json"];

    public static IReadOnlyList<GoldenMessage> All { get; } = [.. Files.SelectMany(Load)];

    public string Place { get; private init; } = "";

    public MessageType Type => MessageType.All.Single(type => type.Class.Name == Message);

    /// <summary>Our message with these values, and its defaults where the version has no field.</summary>
    public IProtocolMessage Build() => MessageJson.Read(Values, Type.Class);

    public override string ToString() => $"{Message} v{Version}, {Place}";

    private static IEnumerable<GoldenMessage> Load(string file) =>
        GoldenBatch.Load<GoldenMessage>(file).Select((golden, index) => golden with { Place = $"{file}:{index + 2}" });
}
