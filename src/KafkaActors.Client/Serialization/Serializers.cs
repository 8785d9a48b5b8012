using System.Buffers.Binary;
using System.Text;

namespace KafkaActors.Client.Serialization;

/// <summary>Serializers with the formats of Kafka's own: numbers big-endian, text in UTF-8.</summary>
public static class Serializers
{
    public static ISerializer<string?> Utf8 { get; } =
        Of<string?>(text => text is null ? null : Encoding.UTF8.GetBytes(text));

    public static ISerializer<byte[]?> ByteArray { get; } = Of<byte[]?>(bytes => bytes);

    public static ISerializer<ReadOnlyMemory<byte>?> Bytes { get; } = Of<ReadOnlyMemory<byte>?>(bytes => bytes);

    /// <summary>For records without a key: whatever is given, the key is null.</summary>
    public static ISerializer<object?> Null { get; } = Of<object?>(_ => (ReadOnlyMemory<byte>?)null);

    public static ISerializer<int> Int32 { get; } = Of<int>(value =>
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    });

    public static ISerializer<long> Int64 { get; } = Of<long>(value =>
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    });

    public static ISerializer<double> Double { get; } = Of<double>(value =>
    {
        var bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleBigEndian(bytes, value);
        return bytes;
    });

    /// <summary>The sixteen bytes in network order.</summary>
    public static ISerializer<Guid> Guid { get; } = Of<Guid>(value => value.ToByteArray(bigEndian: true));

    public static ISerializer<T> Of<T>(Func<T, ReadOnlyMemory<byte>?> serialize) => new Delegated<T>(serialize);

    private static Delegated<T> Of<T>(Func<T, byte[]?> serialize) => new(data =>
        serialize(data) is { } bytes ? bytes.AsMemory() : default(ReadOnlyMemory<byte>?));

    private sealed class Delegated<T>(Func<T, ReadOnlyMemory<byte>?> serialize) : ISerializer<T>
    {
        public ReadOnlyMemory<byte>? Serialize(string topic, T data) => serialize(data);
    }
}
