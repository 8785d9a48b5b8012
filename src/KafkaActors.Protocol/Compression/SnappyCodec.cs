using System.Buffers.Binary;
using Snappier;

namespace KafkaActors.Protocol.Compression;

/// <summary>
/// Snappy as the Java clients write it: xerial's stream, big-endian. Other clients write one raw block instead, so a
/// source without the magic is read as one.
/// <code>
/// bytes type  name               meaning
///     8       magic              82 53 4E 41 50 50 59 00
///     4 int32 version            1
///     4 int32 compatible version 1
///           then, until the end: int32 length, that many bytes of a raw block of at most 32 KiB uncompressed
/// </code>
/// </summary>
internal sealed class SnappyCodec : ICompressionCodec
{
    public static readonly SnappyCodec Instance = new();

    private const int BlockBytes = 32 * 1024;
    private const int Version = 1;
    private const int HeaderSize = sizeof(long) + (2 * sizeof(int));

    /// <summary>A raw block cannot grow more than 64 bytes for each 3 (a copy with a two-byte offset).</summary>
    private const int MaxRatio = 22;

    private static ReadOnlySpan<byte> Magic => [0x82, 0x53, 0x4E, 0x41, 0x50, 0x50, 0x59, 0x00];

    public void Compress(ReadOnlyMemory<byte> source, BoundedBuffer output, int? level)
    {
        Span<byte> header = output.GetSpan(HeaderSize);
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32BigEndian(header[Magic.Length..], Version);
        BinaryPrimitives.WriteInt32BigEndian(header[(Magic.Length + sizeof(int))..], Version);
        output.Advance(HeaderSize);
        for (ReadOnlySpan<byte> rest = source.Span; !rest.IsEmpty; rest = rest[Math.Min(BlockBytes, rest.Length)..])
            CompressBlock(rest[..Math.Min(BlockBytes, rest.Length)], output);
    }

    public void Decompress(ReadOnlyMemory<byte> source, BoundedBuffer output)
    {
        ReadOnlySpan<byte> rest = source.Span;
        while (TryTakeBlock(source.Length, ref rest, out ReadOnlySpan<byte> block))
        {
            int length = LengthOf(block);
            if (length > output.Remaining) throw output.LimitPassed();
            output.Advance(Snappy.Decompress(block, output.GetSpan(length)));
        }
    }

    public ICompressedBlock Open(ReadOnlyMemory<byte> source, int maxBytes) => new SnappyBlocks(source, maxBytes);

    /// <summary>
    /// The next raw block of a source of which <paramref name="rest"/> is left; false behind the last one.
    /// </summary>
    internal static bool TryTakeBlock(
        int sourceLength, ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> block)
    {
        bool isFirst = rest.Length == sourceLength;
        bool isFramed = !isFirst || (rest.Length >= HeaderSize && rest.StartsWith(Magic));
        block = rest;
        if (!isFramed)
        {
            rest = [];
            return true;
        }

        if (isFirst) rest = rest[HeaderSize..];
        if (rest.IsEmpty) return false;
        int length = BinaryPrimitives.ReadInt32BigEndian(rest);
        block = rest.Slice(sizeof(int), length);
        rest = rest[(sizeof(int) + length)..];
        return true;
    }

    /// <summary>What a raw block holds.</summary>
    /// <exception cref="CorruptRecordException">It claims to hold more, or less, than it does.</exception>
    internal static int LengthOf(ReadOnlySpan<byte> block)
    {
        int length = Snappy.GetUncompressedLength(block);
        if (length > (long)MaxRatio * block.Length)
            throw new CorruptRecordException($"A snappy block of {block.Length} bytes claims to hold {length}.");
        return SnappyTags.AddUpTo(block, length)
            ? length
            : throw new CorruptRecordException($"A snappy block claims to hold {length} bytes, and does not.");
    }

    private static void CompressBlock(ReadOnlySpan<byte> source, BoundedBuffer output)
    {
        Span<byte> block = output.GetSpan(sizeof(int) + Snappy.GetMaxCompressedLength(source.Length));
        int length = Snappy.Compress(source, block[sizeof(int)..]);
        BinaryPrimitives.WriteInt32BigEndian(block, length);
        output.Advance(sizeof(int) + length);
    }
}
