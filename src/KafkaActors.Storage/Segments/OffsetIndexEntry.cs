using System.Buffers.Binary;

namespace KafkaActors.Storage.Segments;

/// <summary>One entry of an <see cref="OffsetIndex"/>.</summary>
internal readonly record struct OffsetIndexEntry(int RelativeOffset, int Position)
{
    public const int Size = sizeof(int) + sizeof(int);

    public static OffsetIndexEntry Parse(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadInt32BigEndian(source), BinaryPrimitives.ReadInt32BigEndian(source[sizeof(int)..]));

    public void Format(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination, RelativeOffset);
        BinaryPrimitives.WriteInt32BigEndian(destination[sizeof(int)..], Position);
    }
}
