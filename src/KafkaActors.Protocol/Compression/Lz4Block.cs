using K4os.Compression.LZ4.Streams;
using K4os.Compression.LZ4.Streams.Frames;

namespace KafkaActors.Protocol.Compression;

/// <summary>Frames of lz4, one behind the other.</summary>
internal sealed class Lz4Block(ReadOnlyMemory<byte> source) : ICompressedBlock
{
    private readonly ByteMemoryLZ4FrameReader _frames = LZ4Frame.Decode(source);

    public int Read(Span<byte> destination) => _frames.ReadManyBytes(destination);

    public void Dispose() => _frames.Dispose();
}
