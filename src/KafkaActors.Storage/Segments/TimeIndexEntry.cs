using System.Buffers.Binary;

namespace KafkaActors.Storage.Segments;

/// <summary>One entry of a <see cref="TimeIndex"/>.</summary>
internal readonly record struct TimeIndexEntry(long Timestamp, int RelativeOffset)
{
    public const int Size = sizeof(long) + sizeof(int);

    public static TimeIndexEntry Parse(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadInt64BigEndian(source), BinaryPrimitives.ReadInt32BigEndian(source[sizeof(long)..]));

    public void Format(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt64BigEndian(destination, Timestamp);
        BinaryPrimitives.WriteInt32BigEndian(destination[sizeof(long)..], RelativeOffset);
    }
}
