using System.Text.Json;
using System.Text.Json.Serialization;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Protocol.Tests.Goldens;

/// <summary>Makes a message of JSON whose names are the properties'; a name that no property has is an error.</summary>
internal static class MessageJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters =
        {
            new Converter<NodeId>((ref reader) => new NodeId(reader.GetInt32())),
            new Converter<LeaderEpoch>((ref reader) => new LeaderEpoch(reader.GetInt32())),
            new Converter<TopicId>((ref reader) => new TopicId(reader.GetGuid())),
        },
    };

    private delegate T ReadValue<T>(ref Utf8JsonReader reader);

    public static IProtocolMessage Read(JsonElement values, Type type) =>
        (IProtocolMessage)values.Deserialize(type, Options)!;

    private sealed class Converter<T>(ReadValue<T> read) : JsonConverter<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            read(ref reader);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Goldens are only read.");
    }
}
