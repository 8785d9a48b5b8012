using System.Buffers;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network;

/// <summary>
/// Writes frames to a stream, gathered: as few writes as a pooled buffer allows, so that a burst of small requests, or
/// a header and its record batch, are one call into the kernel and one record of TLS. Record batches are copied once,
/// from where they are into that buffer; bytes without records are not copied at all.
/// </summary>
internal static class FrameOutput
{
    private const int BufferBytes = 128 * 1024;

    public static async Task WriteAsync(Stream stream, ProtocolWriter frames)
    {
        if (frames.Gaps.Count == 0)
        {
            await stream.WriteAsync(frames.WrittenMemory).ConfigureAwait(false);
            return;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(frames.TotalLength, BufferBytes));
        try
        {
            var left = new WrittenFrames(frames);
            while (!left.IsAtEnd)
            {
                int count = left.CopyTo(buffer);
                await stream.WriteAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
