using System.Buffers.Binary;
using System.Text;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Serialization;

/// <summary>Deserializers with the formats of Kafka's own: numbers big-endian, text in UTF-8.</summary>
public static class Deserializers
{
    public static IDeserializer<string?> Utf8 { get; } =
        Of(data => data is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null);

    /// <summary>Copies the bytes.</summary>
    public static IDeserializer<byte[]?> ByteArray { get; } = Of(data => data?.ToArray());

    /// <summary>A slice of the batch that was fetched, which stays in memory with it.</summary>
    public static IDeserializer<ReadOnlyMemory<byte>?> Bytes { get; } = Of(data => data);

    /// <summary>For keys or values that nobody looks at.</summary>
    public static IDeserializer<object?> Ignored { get; } = Of<object?>(_ => null);

    public static IDeserializer<int> Int32 { get; } =
        Of(data => BinaryPrimitives.ReadInt32BigEndian(Exactly(data, sizeof(int))));

    public static IDeserializer<long> Int64 { get; } =
        Of(data => BinaryPrimitives.ReadInt64BigEndian(Exactly(data, sizeof(long))));

    public static IDeserializer<double> Double { get; } =
        Of(data => BinaryPrimitives.ReadDoubleBigEndian(Exactly(data, sizeof(double))));

    /// <summary>The sixteen bytes in network order.</summary>
    public static IDeserializer<Guid> Guid { get; } = Of(data => new Guid(Exactly(data, 16), bigEndian: true));

    public static IDeserializer<T> Of<T>(Func<ReadOnlyMemory<byte>?, T> deserialize) => new Delegated<T>(deserialize);

    private static ReadOnlySpan<byte> Exactly(ReadOnlyMemory<byte>? data, int size) =>
        data?.Length == size
            ? data.Value.Span
            : throw new KafkaException(
                ErrorCode.InvalidRecord, $"{size} bytes were expected, {data?.Length.ToString() ?? "null"} found.");

    private sealed class Delegated<T>(Func<ReadOnlyMemory<byte>?, T> deserialize) : IDeserializer<T>
    {
        public T Deserialize(string topic, ReadOnlyMemory<byte>? data) => deserialize(data);
    }
}
