using System.Buffers.Text;

namespace KafkaActors.Protocol;

/// <summary>
/// The identity of a topic for its whole life (KIP-516): a topic deleted and created again under its name gets another.
/// Printed as Kafka prints it: 22 characters of URL-safe base64 without padding.
/// </summary>
public readonly record struct TopicId(Guid Value)
{
    public const int Size = 16;

    public static TopicId None => default;

    public static TopicId NewRandom() => new(Guid.NewGuid());

    public static TopicId Read(ReadOnlySpan<byte> source) => new(new Guid(source[..Size], bigEndian: true));

    public static bool TryParse(string text, out TopicId topicId)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool parsed = text.Length == 22
            && Base64Url.TryDecodeFromChars(text, bytes, out int written)
            && written == Size;
        topicId = parsed ? Read(bytes) : None;
        return parsed;
    }

    public void Write(Span<byte> destination) => Value.TryWriteBytes(destination[..Size], bigEndian: true, out _);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
